using Thaw.Core.Demonstrations;
using Thaw.Learning.Grpo;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Grpo;

public sealed class SamplerGapTests(WarmModel model) : IClassFixture<WarmModel>, IDisposable
{
    // The engine and the trainer add up the same products in another order: about 1e-6 a token here. The issue's bound.
    private const double Bound = 1e-4;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Several prompts of different lengths, each answered many times so that prompts and beginnings are shared; long completions that
    // never end, and short ones that end in a stop token.
    [Theory]
    [InlineData(false, 150, 1.0, RolloutKind.Turn)]
    [InlineData(true, 40, 1.0, RolloutKind.Turn)]
    [InlineData(true, 40, 0.6, RolloutKind.Turn)]
    [InlineData(false, 60, 1.7, RolloutKind.Turn)]
    [InlineData(true, 10, 1.0, RolloutKind.Episode)]
    public void Run_InFloat32_SamplesWithTheTrainersOwnProbabilities(bool isWarm, int length, double temperature, RolloutKind rollout)
    {
        var options = model.Options(_folder["run"]) with
        {
            ModelNameOrPath = isWarm ? model.Warm : model.Raw,
            Diversity = Diversity.Diverse,
            Rollout = rollout,
            PerDeviceTrainBatchSize = 24,
            NumGenerations = 6,
            MaxCompletionLength = length,
            Temperature = temperature,
            MaxSteps = 2,
            MaxSamplerGap = Bound,
        };

        GrpoRun.Run(options, "test", null, default);

        var metrics = MetricsFile.Read(_folder["run"]);
        Assert.Equal(2, metrics.Count);
        Assert.All(metrics, record => Assert.InRange(record.Values["sampler_gap"], 1e-9, Bound));
        Assert.All(metrics, record => Assert.True(isWarm
            ? record.Values["completions/min_terminated_length"] > 0
            : record.Values["completions/max_length"] == length && record.Values["completions/clipped_ratio"] > 0));
    }

    [Fact]
    public void Run_BeyondTheBound_EndsAndSaysWhy()
    {
        var options = model.Options(_folder["run"]) with { MaxSamplerGap = 1e-12 };

        var error = Assert.Throws<SamplerGapException>(() => GrpoRun.Run(options, "test", null, default));

        Assert.Matches(@"^Step 1: sampler and trainer differ by \d\.\de-\d in the log-probability of a token, more than max_sampler_gap 1E-12\. ", error.Message);
    }
}
