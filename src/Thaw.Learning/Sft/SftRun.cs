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

        using var @base = options.NeedsBase ? model.Decoder.FrozenCopy() : null;
        var data = SftData.Load(options, model);
        options = WithSteps(options, data.Count);
        var evaluation = new SplitEvaluation(model, TaskCatalog.Find(options.Task), options.EvalSplits, options.EvalInstances, options.MaxCompletionLength);
        var job = new TrainingJob($"{name}: training", options, model.Decoder, data.RowsOf, folder => WriteExtras(options, model, folder))
        {
            RowsPerEpoch = data.Count,
            Loss = options.Plan(model.Decoder, @base),
            EvaluateAt = step => options.EvalSteps > 0 && options.EvalSplits.Count > 0 && step % options.EvalSteps == 0,
            Evaluate = (_, token) => evaluation.Run(token),
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

    private static SftOptions WithSteps(SftOptions options, int rows)
    {
        var steps = (int)(options.NumTrainEpochs * (rows / options.RowsPerUpdate));
        return options.NumTrainEpochs == 0 ? options
            : steps > 0 ? options with { MaxSteps = steps }
            : throw new ArgumentException($"Key 'num_train_epochs' gives no step: {rows} rows, batches of {options.RowsPerUpdate}.");
    }
}
