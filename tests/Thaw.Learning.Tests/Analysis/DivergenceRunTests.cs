using Thaw.Learning.Analysis;
using Thaw.Learning.Checkpoints;

namespace Thaw.Learning.Tests.Analysis;

public sealed class DivergenceRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public DivergenceRunTests()
    {
        TinyModels.WriteSokobanFolder(_folder["base"]);
        TinyModels.WriteSokobanFolder(_folder["tuned"], seed: 2);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_OfTheBaseItself_IsZero()
    {
        var report = Run(Options() with { Model = _folder["base"] });

        Assert.All(report.Results, result => Assert.Equal((0.0, 0.0, 0.0, 0.0), (result.Forward, result.ForwardStderr, result.Reverse, result.ReversePerText)));
    }

    [Fact]
    public void Run_AllSourcesAndNeutralText_GivesEachOnce()
    {
        var report = Run(Options());

        Assert.Equal(
            [("id", CompletionSource.Base), ("id", CompletionSource.Tuned), ("id", CompletionSource.Demonstrations), ("numerical", CompletionSource.Base), ("numerical", CompletionSource.Tuned), ("numerical", CompletionSource.Demonstrations), ("neutral", (CompletionSource?)null)],
            report.Results.Select(r => (r.Set, r.Completions)));
        Assert.All(report.Results, result =>
        {
            Assert.Equal(4, result.Texts);
            Assert.InRange(result.Tokens, 4, 4 * 600);
            Assert.True(result.Forward > 0 && result.Reverse > 0 && result.ForwardStderr > 0);
            Assert.Equal(result.Forward * result.Tokens / result.Texts, result.ForwardPerText, 1e-9 * result.ForwardPerText);
        });
        Assert.Equal(report.Results, Run(Options()).Results);
    }

    [Fact]
    public void Run_AnAdapter_IsPutOnTheBase()
    {
        TinyAdapter.Write(_folder["adapter"], ConfigFile.Read(_folder["base/config.json"]));

        var report = Run(Options() with { Model = _folder["adapter"], Completions = [CompletionSource.Base] });

        Assert.All(report.Results, result => Assert.True(result.Forward > 0));
    }

    [Fact]
    public void Run_NeutralFile_TakesItsRows()
    {
        File.WriteAllText(_folder["text.txt"], "You are a solver.\n\nUp Down\n");
        File.WriteAllText(_folder["text.jsonl"], "{\"text\":\"You are a solver.\"}\n{\"text\":\"Up Down\"}\n");

        var (plain, rows) = (Neutral("text.txt"), Neutral("text.jsonl"));

        Assert.Equal(2, plain.Texts);
        Assert.Equal(plain, rows);
    }

    [Fact]
    public void Run_NeutralFileThatDoesNotFit_NamesLineAndCause()
    {
        File.WriteAllText(_folder["text.txt"], "Up\n" + string.Concat(Enumerable.Repeat("qz", 600)) + "\n");

        Assert.StartsWith($"{_folder["text.txt"]}: line 2 has ", Assert.Throws<InvalidDataException>(() => Neutral("text.txt")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_ModelsOfOtherVocabularies_AreRefused()
    {
        var config = ConfigFile.Read(_folder["base/config.json"]) with { VocabularySize = 1000 };
        using (var model = Thaw.Learning.Models.Decoder.Fresh(config, 1))
        {
            ConfigFile.Write(_folder["tuned/config.json"], config, 1);
            DecoderFolder.WriteWeights(_folder["tuned"], model);
        }

        Assert.StartsWith($"{_folder["tuned"]}: has 1000 tokens, {_folder["base"]} has ", Assert.Throws<InvalidDataException>(() => Run(Options())).Message, StringComparison.Ordinal);
    }

    private DivergenceResult Neutral(string file) =>
        Assert.Single(Run(Options() with { Splits = [], Neutral = _folder[file] }).Results);

    private static DivergenceReport Run(DivergenceOptions options) => new DivergenceRun(options, null).Run(default);

    private DivergenceOptions Options() => new()
    {
        Model = _folder["tuned"],
        Base = _folder["base"],
        Splits = ["id", "numerical"],
        Completions = [CompletionSource.Base, CompletionSource.Tuned, CompletionSource.Demonstrations],
        Instances = 4,
        MaxNewTokens = 5,
    };
}
