using Thaw.Core.Demonstrations;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Models;
using Thaw.Learning.Tokenization;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Tests;

/// <summary>Models that are made and trained in milliseconds.</summary>
internal static class TinyModels
{
    public const int Vocabulary = 40;

    private static readonly Lazy<BytePairTokenizer> s_tokenizer = new(TrainTokenizer);

    /// <summary>Two layers with all that the real models have: grouped heads wider than the model's width would give, head norms.</summary>
    public static DecoderConfig Config { get; } = new()
    {
        Family = DecoderFamily.Qwen3,
        VocabularySize = Vocabulary,
        Layers = 2,
        Width = 16,
        QueryHeads = 4,
        KeyValueHeads = 2,
        HeadWidth = 8,
        FeedForwardWidth = 24,
        MaxPositions = 64,
        TiesEmbeddings = false,
        InitialDeviation = 0.5,
    };

    /// <summary>A tokenizer that has seen Sokoban prompts, so that they are short.</summary>
    public static BytePairTokenizer SokobanTokenizer => s_tokenizer.Value;

    public static Decoder Fresh(ulong seed = 1) => Decoder.Fresh(Config, seed);

    public static int[] Ids(string label, int count)
    {
        var random = SplitMix64.For(1, label);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextInt(Vocabulary))];
    }

    /// <summary>int64 [rows, length].</summary>
    public static Tensor Matrix(params int[][] rows) =>
        Tensor.FromSpan([.. rows.SelectMany(row => row.Select(id => (long)id))], rows.Length, rows[0].Length);

    /// <summary>A prompt and a completion of random tokens.</summary>
    public static TrainingExample Example(string label, int prompt, int completion) =>
        TrainingExample.FromPromptAndCompletion(Ids(label, prompt), Ids(label + "/completion", completion));

    /// <summary>Writes an untrained model that can read Sokoban prompts, as a whole Hugging Face folder.</summary>
    /// <param name="spareRows">Of the embedding, that no token has.</param>
    public static string WriteSokobanFolder(string folder, ulong seed = 1, int spareRows = 0)
    {
        Directory.CreateDirectory(folder);
        var tokenizer = SokobanTokenizer;
        var stop = tokenizer.IdOf(ThawTokenizer.TurnEnd);
        var config = Config with { VocabularySize = tokenizer.VocabularySize + spareRows, MaxPositions = 512, TiesEmbeddings = true };
        using var model = Decoder.Fresh(config, seed);
        ConfigFile.Write(Path.Combine(folder, DecoderFolder.ConfigName), config, stop);
        GenerationConfigFile.Write(folder, [stop, tokenizer.IdOf(ThawTokenizer.EndOfText)], tokenizer.IdOf(ThawTokenizer.EndOfText));
        tokenizer.Save(Path.Combine(folder, "tokenizer.json"));
        DecoderFolder.WriteWeights(folder, model);
        return folder;
    }

    private static BytePairTokenizer TrainTokenizer()
    {
        var trainer = ThawTokenizer.NewTrainer();
        foreach (var row in TaskCatalog.Find("sokoban").Demonstrate(new DemonstrationPlan(Diversity.Diverse, 1)).Take(40))
        {
            trainer.Add(row.Prompt + row.Completion);
        }

        return new BytePairTokenizer(trainer.Train(700));
    }
}
