using Thaw.Cli.Configuration;

namespace Thaw.Cli.Tests.Configuration;

public sealed class ConfigurationWriterTests
{
    [Fact]
    public void Write_Configuration_ReadsBackAsTheSame()
    {
        using var folder = new TemporaryFolder();
        var configuration = new SampleConfiguration
        {
            LearningRate = 0.1 + 0.2,
            Seed = ulong.MaxValue,
            Bf16 = true,
            RunName = "true: [x] # \"y\"\n1e5",
            LrSchedulerType = SampleSchedule.ConstantWithWarmup,
            Splits = ["1", "null", "held-out", ""],
            Stages = [new() { Diversity = "a" }, new() { AdamBeta1 = 0.5 }],
            Arms = new Dictionary<string, SampleArm> { ["frozen-answer"] = new() { Diversity = "⬆️" } },
        };

        var yaml = ConfigurationWriter.Write(configuration);
        var read = ConfigurationReader.Read<SampleConfiguration>(folder.Write("a.yaml", yaml), []);

        Assert.Equal(configuration.Splits, read.Splits);
        Assert.Equal(configuration.Stages, read.Stages);
        Assert.Equal(configuration.Arms, read.Arms);
        Assert.Equal(
            configuration with { Splits = [], Stages = [], Arms = read.Arms, EvalSteps = [] }, read with { Splits = [], Stages = [], EvalSteps = [] });
    }

    [Fact]
    public void Write_Configuration_IsPlainYaml()
    {
        var yaml = ConfigurationWriter.Write(new SampleArm { Diversity = "words" });

        Assert.Equal("diversity: words\nadam_beta1: 0.9\n", yaml);
    }
}
