using Thaw.Core.Evaluation;
using Thaw.Core.Progress;
using Thaw.Learning.Analysis;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Lora;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Analysis;

public sealed class InterpolationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public InterpolationTests()
    {
        TinyModels.WriteSokobanFolder(_folder["base"]);
        TinyModels.WriteSokobanFolder(_folder["tuned"], seed: 2);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, "base")]
    [InlineData(1, "tuned")]
    public void Write_AtTheEnds_HasTheBitsOfTheModel(double alpha, string end)
    {
        // -0 and numbers that float32 hardly holds: neither survives a sum with 0 times something.
        SetFirst(end, -0f, 1e-45f);

        WeightInterpolation.Write(_folder["tuned"], _folder["base"], alpha, _folder["mixed"], default);

        Assert.Equal(Bits(_folder[end]), Bits(_folder["mixed"]));
        using var model = ModelFolder.Load(_folder["mixed"]);
        Assert.NotEmpty(model.StopIds);
    }

    [Fact]
    public void Write_Between_IsTheWeightedMean()
    {
        WeightInterpolation.Write(_folder["tuned"], _folder["base"], 0.25, _folder["mixed"], default);

        var (origin, tuned, mixed) = (Numbers("base"), Numbers("tuned"), Numbers("mixed"));

        // One rounding to float32.
        Assert.All(origin.Zip(tuned).Zip(mixed), n => Assert.Equal((float)((0.75 * n.First.First) + (0.25 * n.First.Second)), n.Second));
        Assert.NotEqual(origin, mixed);
    }

    [Fact]
    public void Write_AnAdapter_MixesItsSum()
    {
        TinyAdapter.Write(_folder["adapter"], ConfigFile.Read(_folder["base/config.json"]));
        AdapterMerge.Run(_folder["base"], _folder["adapter"], _folder["merged"]);

        WeightInterpolation.Write(_folder["adapter"], _folder["base"], 1, _folder["whole"], default);
        WeightInterpolation.Write(_folder["adapter"], _folder["base"], 0.5, _folder["half"], default);

        // Merging adds in float32, mixing in float64: they may differ by one rounding of numbers near 1.
        Assert.All(Numbers("merged").Zip(Numbers("whole")), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
        Assert.All(Numbers("merged").Zip(Numbers("base")).Zip(Numbers("half")), n => Assert.Equal((n.First.First + n.First.Second) / 2, n.Second, 1e-6));
        Assert.False(File.Exists(_folder["half/adapter_config.json"]));
    }

    [Fact]
    public void Run_AgainAndWithMore_PlaysWhatIsNewAlone()
    {
        var first = Run(Options() with { Alphas = [0, 1] });
        var before = File.GetLastWriteTimeUtc(_folder["out/alpha-0/results.json"]);

        var again = Run(Options() with { Alphas = [0, 0.5, 1] });

        Assert.Equal(before, File.GetLastWriteTimeUtc(_folder["out/alpha-0/results.json"]));
        Assert.Equal([0, 0.5, 1], again.Points.Select(point => point.Alpha));
        Assert.Equal(Played(first.Points[1]), Played(again.Points[2]));
        Assert.False(Directory.Exists(_folder["out/alpha-0/model"]));
        Assert.Equal(["alpha-0", "alpha-0.5", "alpha-1", "interpolation.json"], Directory.EnumerateFileSystemEntries(_folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Run_Cancelled_GoesOnToTheSameResults()
    {
        var whole = Run(Options() with { OutputDir = _folder["whole"] });
        using var cancellation = new CancellationTokenSource();
        var afterTheFirst = new Immediate(progress =>
        {
            if (progress.Phase.StartsWith("alpha 0.5", StringComparison.Ordinal))
            {
                cancellation.Cancel();
            }
        });

        Assert.Throws<OperationCanceledException>(() => new InterpolationRun(Options(), "none", afterTheFirst).Run(cancellation.Token));
        Assert.True(File.Exists(_folder["out/alpha-0/results.json"]));
        Assert.False(File.Exists(_folder["out/alpha-0.5/results.json"]));

        Assert.Equal(whole.Points.Select(Played), Run(Options()).Points.Select(Played));
    }

    [Fact]
    public void Run_OtherWeightsInTheSameFolder_AreRefused()
    {
        Run(Options() with { Alphas = [1] });
        TinyModels.WriteSokobanFolder(_folder["tuned"], seed: 3);

        Assert.Contains("model_sha256", Assert.Throws<InvalidDataException>(() => Run(Options())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_SavingTheBest_ChoosesOnValidationAndKeepsItsWeights()
    {
        var report = Run(Options() with { SaveBest = true, SaveAll = true });

        Assert.All(report.Points, point => Assert.NotNull(point.Validation));
        Assert.Equal(report.Points.MaxBy(point => point.Validation)!.Alpha, report.Best);
        Assert.Equal(Bits(_folder[$"out/alpha-{report.Best}/model"]), Bits(_folder["out/best"]));
        Assert.True(Directory.Exists(_folder["out/alpha-0.5/model"]));
        var (test, validation) = (Episodes("out/alpha-0.5"), Episodes("out/alpha-0.5/validation"));
        Assert.Empty(test.Intersect(validation));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.5)]
    [InlineData(double.NaN)]
    public void Run_AShareThatIsNone_IsRefused(double alpha) => Assert.StartsWith(
        "alphas: numbers from 0 to 1 are expected", Assert.Throws<ArgumentException>(() => Run(Options() with { Alphas = [alpha] })).Message, StringComparison.Ordinal);

    private HashSet<string> Episodes(string folder) => [.. SamplesFile.Read(_folder[$"{folder}/{SamplesFile.NameFor("sokoban", "id")}"]).Select(episode => episode.InstanceId)];

    private static string Played(InterpolationPoint point) =>
        string.Join(", ", point.Splits.Select(split => $"{split.Key} {split.Value.Success:R} {split.Value.Validity:R} {split.Value.Turns:R}"));

    private static InterpolationReport Run(InterpolationOptions options) => new InterpolationRun(options, "none", null).Run(default);

    private InterpolationOptions Options() => new()
    {
        Model = _folder["tuned"],
        Base = _folder["base"],
        OutputDir = _folder["out"],
        Splits = ["id", "fake"],
        Alphas = [0, 0.5],
        Instances = 2,
        MaxNewTokens = 3,
    };

    private void SetFirst(string folder, float first, float second)
    {
        using var noGrad = new NoGradScope();
        using var scope = new TensorScope();
        using var model = DecoderFolder.Read(_folder[folder]);
        var weight = model.Parameters.Single(p => p.Name == "model.norm.weight").Value;
        float[] numbers = [first, second, .. weight.ToFloats()[2..]];
        weight.CopyFrom(Tensor.FromSpan(numbers, numbers.Length));
        DecoderFolder.WriteWeights(_folder[folder], model);
    }

    private float[] Numbers(string folder)
    {
        using var model = DecoderFolder.Read(_folder[folder]);
        return [.. model.Parameters.SelectMany(p => p.Value.ToFloats())];
    }

    private static byte[] Bits(string folder)
    {
        using var model = DecoderFolder.Read(folder);
        return TensorAssert.Bits(model);
    }

    private sealed class Immediate(Action<WorkProgress> report) : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => report(value);
    }
}
