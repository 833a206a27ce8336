using System.Globalization;
using Thaw.Core.Progress;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Models;
using Thaw.Learning.Tokenization;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Pretraining;

/// <summary>Makes a base model: tokenizer, fresh weights, curriculum, and a Hugging Face folder at the end.</summary>
public static class PretrainRun
{
    private const int TokenizerGroups = 400;
    private const int EvaluationGroups = 16;

    /// <exception cref="ArgumentException">A setting is out of its range, or <c>model_dir</c> is a checkpoint, of which some files would be replaced.</exception>
    public static void Run(PretrainOptions options, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        options.Validate();
        if (TrainingCheckpoint.IsOne(options.ModelDir))
        {
            throw new ArgumentException($"Key 'model_dir': {options.ModelDir} is a checkpoint of a training run; name another folder.");
        }

        var tokenizer = Tokenizer(options);
        using var model = Decoder.Fresh(options.Architecture(tokenizer.VocabularySize), options.Seed, Device.Parse(options.Device));
        model.ComputeType = options.ComputeType();
        var data = new PretrainData(options, tokenizer);
        var job = new TrainingJob("pretraining", options, model, data.RowsOf, folder => WriteExtras(folder, model, tokenizer))
        {
            Evaluate = (_, _) => Measure(options, model, data),
        };
        TrainingLoop.Run(job, progress, cancellation);

        // File by file: the folder may hold a model card already.
        Directory.CreateDirectory(options.ModelDir);
        WriteExtras(options.ModelDir, model, tokenizer);
        DecoderFolder.WriteWeights(options.ModelDir, model);
    }

    // On rows that no step draws.
    private static (IReadOnlyDictionary<string, double> Metrics, string Note) Measure(PretrainOptions options, Decoder model, PretrainData data)
    {
        var accuracy = LessonCatalog.All.ToDictionary(
            lesson => lesson.Name,
            lesson => SupervisedTrainer.Accuracy(model, MicroBatches.Of(data.FreshRows(lesson, EvaluationGroups), options.MicroBatchSize)));
        return (
            accuracy.ToDictionary(a => $"eval/{a.Key}/accuracy", a => a.Value).Append(new("eval/mean/accuracy", accuracy.Values.Average())).ToDictionary(),
            string.Join(", ", accuracy.Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.Key} {a.Value:0.00}"))));
    }

    private static void WriteExtras(string folder, Decoder model, BytePairTokenizer tokenizer)
    {
        var endOfTurn = tokenizer.IdOf(ThawTokenizer.TurnEnd);
        ConfigFile.Write(Path.Combine(folder, DecoderFolder.ConfigName), model.Config, endOfTurn);
        GenerationConfigFile.Write(folder, [endOfTurn, tokenizer.IdOf(ThawTokenizer.EndOfText)], tokenizer.IdOf(ThawTokenizer.EndOfText));
        tokenizer.Save(Path.Combine(folder, "tokenizer.json"));
        ThawTokenizer.Settings.Save(folder, tokenizer.Definition);
    }

    internal static BytePairTrainer NewTrainer() => ThawTokenizer.NewTrainer(TaskCatalog.All.SelectMany(task => task.Passages));

    // Learnt from the corpus itself, every lesson alike. Words that single tokens matter for come often enough there.
    // Passages that no prompt varies are a token each: at this size of model tokens are what time is spent on.
    private static BytePairTokenizer Tokenizer(PretrainOptions options)
    {
        var trainer = NewTrainer();
        foreach (var lesson in LessonCatalog.All)
        {
            var random = SplitMix64.For(options.Seed, $"tokenizer/{lesson.Name}");
            for (var group = 0; group < TokenizerGroups; group++)
            {
                foreach (var text in lesson.Write(random, options.GroupSize).SelectMany(row => row.Texts))
                {
                    trainer.Add(text);
                }
            }
        }

        return new BytePairTokenizer(trainer.Train(options.VocabSize));
    }
}
