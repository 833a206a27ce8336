using System.Globalization;
using Thaw.Core.Evaluation;
using Thaw.Core.Generation;
using Thaw.Core.Progress;
using Thaw.Core.Tasks;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Lora;
using Thaw.Learning.Models;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Sft;

/// <summary>Supervised fine-tuning from a checkpoint folder to a checkpoint folder.</summary>
public static class SftRun
{
    /// <param name="name">What the run is called on the display.</param>
    /// <returns>The folder of the last checkpoint.</returns>
    public static string Run(SftOptions options, string name, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        options.Validate();
        using var model = Load(options);
        model.Decoder.ComputeType = options.ComputeType();
        if (options.FreezeEmbeddings)
        {
            model.Decoder.FreezeEmbeddings();
        }

        var data = SftData.Load(options, model);
        var job = new TrainingJob($"{name}: training", options, model.Decoder, data.RowsOf, folder => WriteExtras(options, model, folder))
        {
            EvaluateAt = step => options.EvalSteps > 0 && options.EvalSplits.Count > 0 && step % options.EvalSteps == 0,
            Evaluate = (_, token) => Evaluate(options, model, token),
        };
        return TrainingLoop.Run(job, progress, cancellation);
    }

    private static ModelFolder Load(SftOptions options)
    {
        var device = Device.Parse(options.Device);
        return ModelFolder.Load(options.ModelNameOrPath, device, options.Dtype, options.UsePeft ? MakeAdapter : null);

        LoraAdapter MakeAdapter(DecoderConfig config) => LoraAdapter.Fresh(config, options.Lora(), options.Seed, options.ModelNameOrPath, device);
    }

    private static void WriteExtras(SftOptions options, ModelFolder model, string folder)
    {
        if (options.UsePeft)
        {
            model.CopyTokenizer(folder);
        }
        else
        {
            model.CopyExtras(folder);
            ConfigFile.SetWeightType(Path.Combine(folder, DecoderFolder.ConfigName), "float32");
        }
    }

    private static (IReadOnlyDictionary<string, double> Metrics, string Note) Evaluate(SftOptions options, ModelFolder model, CancellationToken cancellation)
    {
        var task = TaskCatalog.Find(options.Task);
        var settings = new EvaluationOptions
        {
            Instances = options.EvalInstances,
            Fold = Fold.Validation,
            Sampling = SamplingOptions.Greedy with { MaxNewTokens = options.MaxCompletionLength },
        };
        using var generator = model.Generator();
        var result = new Evaluator(task, generator, settings).Run([.. options.EvalSplits.Select(task.FindSplit)], null, cancellation);
        var metrics = new Dictionary<string, double>();
        foreach (var (split, value) in result.Splits)
        {
            metrics[$"eval/{split}/success"] = value.Success;
            metrics[$"eval/{split}/validity"] = value.Validity;
            metrics[$"eval/{split}/n"] = value.N;
        }

        var note = string.Join(", ", result.Splits.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value.Success:0.00}")));
        return (metrics, note);
    }
}
