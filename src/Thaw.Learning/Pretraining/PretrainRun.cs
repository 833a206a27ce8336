using Thaw.Core.Progress;
using Thaw.Core.Randomness;
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

    public static void Run(PretrainOptions options, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        options.Validate();
        var tokenizer = Tokenizer(options);
        using var model = Decoder.Fresh(options.Architecture(tokenizer.VocabularySize), options.Seed, Device.Parse(options.Device));
        model.ComputeType = options.Bf16 ? DType.BFloat16 : DType.Float32;
        var job = new TrainingJob("pretraining", options, model, new PretrainData(options, tokenizer).RowsOf, folder => WriteExtras(folder, model, tokenizer));
        TrainingLoop.Run(job, progress, cancellation);

        // File by file: the folder may hold a model card already.
        Directory.CreateDirectory(options.ModelDir);
        WriteExtras(options.ModelDir, model, tokenizer);
        DecoderFolder.WriteWeights(options.ModelDir, model);
    }

    private static void WriteExtras(string folder, Decoder model, BytePairTokenizer tokenizer)
    {
        var endOfTurn = tokenizer.IdOf(ThawTokenizer.TurnEnd);
        ConfigFile.Write(Path.Combine(folder, DecoderFolder.ConfigName), model.Config, endOfTurn);
        GenerationConfigFile.Write(folder, [endOfTurn, tokenizer.IdOf(ThawTokenizer.EndOfText)], tokenizer.IdOf(ThawTokenizer.EndOfText));
        tokenizer.Save(Path.Combine(folder, "tokenizer.json"));
        ThawTokenizer.Settings.Save(folder, tokenizer.Definition);
    }

    // Learnt from the corpus itself, every lesson alike. Words that single tokens matter for come often enough there.
    private static BytePairTokenizer Tokenizer(PretrainOptions options)
    {
        var trainer = ThawTokenizer.NewTrainer();
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
