using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Models;
using Thaw.Learning.Tokenization;

namespace Thaw.Cli.Tests;

/// <summary>An untrained model in Hugging Face layout, small enough to be made for a test.</summary>
internal static class TinyModelFolder
{
    private static readonly Lazy<BytePairTokenizer> s_tokenizer = new(TrainTokenizer);

    public static string WriteBelow(TemporaryFolder folder)
    {
        var path = Directory.CreateDirectory(Path.Combine(folder.Path, "model")).FullName;
        var tokenizer = s_tokenizer.Value;
        var stop = tokenizer.IdOf(ThawTokenizer.TurnEnd);
        var config = new DecoderConfig
        {
            Family = DecoderFamily.Qwen3,
            VocabularySize = tokenizer.VocabularySize,
            Layers = 1,
            Width = 8,
            QueryHeads = 2,
            KeyValueHeads = 1,
            HeadWidth = 4,
            FeedForwardWidth = 8,
            MaxPositions = 512,
            TiesEmbeddings = true,
        };
        using var model = Decoder.Fresh(config, seed: 1);
        ConfigFile.Write(Path.Combine(path, "config.json"), config, stop);
        GenerationConfigFile.Write(path, [stop], stop);
        tokenizer.Save(Path.Combine(path, "tokenizer.json"));
        DecoderFolder.WriteWeights(path, model);
        return path;
    }

    private static BytePairTokenizer TrainTokenizer()
    {
        var trainer = ThawTokenizer.NewTrainer();
        foreach (var row in TaskCatalog.Find("sokoban").Demonstrate(new DemonstrationPlan(Diversity.Frozen, 1)).Take(5))
        {
            trainer.Add(row.Prompt + row.Completion);
        }

        return new BytePairTokenizer(trainer.Train(500));
    }
}
