using Thaw.Cli.Configuration;

namespace Thaw.Cli.Tests.Configuration;

public sealed class ConfigurationReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_EveryKindOfKey_GivesItsValue()
    {
        var read = Read("""
            output_dir: runs/a
            learning_rate: 2e-4
            max_steps: 800
            seed: 18446744073709551615
            bf16: true
            save_steps: 50
            run_name: "null"
            lr_scheduler_type: constant_with_warmup
            splits: [id, held-out]
            eval_steps:
              - 10
              - 20
            base:
              diversity: words
            arms:
              frozen-answer: { diversity: none }
              diverse-answer: { diversity: words, adam_beta1: 0.8 }
            """);

        Assert.Equal("runs/a", read.OutputDir);
        Assert.Equal(2e-4, read.LearningRate);
        Assert.Equal(800, read.MaxSteps);
        Assert.Equal(ulong.MaxValue, read.Seed);
        Assert.True(read.Bf16);
        Assert.Equal(50, read.SaveSteps);
        Assert.Equal("null", read.RunName);
        Assert.Equal(SampleSchedule.ConstantWithWarmup, read.LrSchedulerType);
        Assert.Equal(["id", "held-out"], read.Splits);
        Assert.Equal([10, 20], read.EvalSteps);
        Assert.Equal("words", read.Base.Diversity);
        Assert.Equal(["frozen-answer", "diverse-answer"], read.Arms.Keys);
        Assert.Equal(0.8, read.Arms["diverse-answer"].AdamBeta1);
    }

    [Fact]
    public void Read_ABlockWithNothingInIt_IsOneWithNothingSet()
    {
        var read = Read("""
            stages: [~]
            arms:
              plain:
              other: { adam_beta1: 0.8 }
            """);

        Assert.Equal([new SampleArm()], read.Stages);
        Assert.Equal(new SampleArm(), read.Arms["plain"]);
    }

    [Fact]
    public void Read_NoFile_GivesTheDefaults()
    {
        var read = ConfigurationReader.Read<SampleConfiguration>(null, []);

        Assert.Equal(new SampleConfiguration().LearningRate, read.LearningRate);
        Assert.Null(read.SaveSteps);
    }

    [Theory]
    [InlineData("\nlerning_rate: 1", ":2: unknown key 'lerning_rate'; the nearest known one is 'learning_rate'.")]
    [InlineData("base:\n  diversty: x", ":2: unknown key 'diversty'; the nearest known one is 'diversity' (below base).")]
    [InlineData("arms:\n  a:\n    beta: 1", ":3: unknown key 'beta'; the nearest known one is 'adam_beta1' (below arms.a).")]
    [InlineData("max_steps: many", ":1: max_steps must be a whole number, not 'many'.")]
    [InlineData("max_steps: 3000000000", ":1: max_steps must be a whole number, not '3000000000'.")]
    [InlineData("max_steps: 1.5", ":1: max_steps must be a whole number, not '1.5'.")]
    [InlineData("max_steps:", ":1: max_steps must be a whole number, not 'nothing'.")]
    [InlineData("learning_rate: .nan", ":1: learning_rate must be a number, not '.nan'.")]
    [InlineData("learning_rate: NaN", ":1: learning_rate must be a number, not 'NaN'.")]
    [InlineData("seed: -1", ":1: seed must be a whole number, 0 or greater, not '-1'.")]
    [InlineData("bf16: maybe", ":1: bf16 must be true or false, not 'maybe'.")]
    [InlineData("output_dir:", ":1: output_dir must be text, not 'nothing'.")]
    [InlineData("lr_scheduler_type: cos", ":1: lr_scheduler_type must be one of cosine, constant_with_warmup, not 'cos'.")]
    [InlineData("splits: id", ":1: splits must be a list, not 'id'.")]
    [InlineData("eval_steps: [1, x]", ":1: eval_steps[1] must be a whole number, not 'x'.")]
    [InlineData("splits: [id, ~]", ":1: splits[1] must be text, not 'nothing'.")]
    [InlineData("base: x", ":1: base must be a block of 'key: value' lines, not 'x'.")]
    [InlineData("- a", ":1: a configuration is a list of 'key: value' lines.")]
    public void Read_BadFile_NamesFileLineAndCause(string yaml, string clue)
    {
        var error = Assert.Throws<UsageException>(() => Read(yaml));

        Assert.Equal(_folder.Path + "/a.yaml" + clue, error.Message);
    }

    [Theory]
    [InlineData("max_steps: 1\nmax_steps: 2", "a.yaml:2: ")]
    [InlineData("splits: [id\nseed: 1\n", "a.yaml: not readable as YAML; is a bracket left open?")]
    [InlineData("splits: [id\n]]", "a.yaml:2: ")]
    [InlineData("a: 1\n\tb: 2", "a.yaml:2: ")]
    public void Read_NoYaml_NamesFileAndLine(string yaml, string clue)
    {
        var error = Assert.Throws<UsageException>(() => Read(yaml));

        Assert.Contains(clue, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_RequiredKeyMissing_SaysWhich()
    {
        var error = Assert.Throws<UsageException>(() => ConfigurationReader.Read<SampleRequired>(null, []));

        Assert.Equal("command line: task is missing.", error.Message);
    }

    [Fact]
    public void Read_Overrides_WinOverTheFile()
    {
        var read = Read(
            "learning_rate: 1\nsplits: [id]\nbase:\n  diversity: a\n  adam_beta1: 0.5\n",
            ("learning-rate", "2"),
            ("splits", "fake,held-out"),
            ("eval_steps", "[1, 2]"),
            ("base.diversity", "b"),
            ("arms.frozen-answer.adam_beta1", "0.1"),
            ("run_name", ""));

        Assert.Equal(2, read.LearningRate);
        Assert.Equal(["fake", "held-out"], read.Splits);
        Assert.Equal([1, 2], read.EvalSteps);
        Assert.Equal(new SampleArm { Diversity = "b", AdamBeta1 = 0.5 }, read.Base);
        Assert.Equal(0.1, read.Arms["frozen-answer"].AdamBeta1);
        Assert.Equal("", read.RunName);
    }

    [Theory]
    [InlineData("max_steps", "x", "--max_steps: max_steps must be a whole number, not 'x'.")]
    [InlineData("eval_steps", "1,x", "--eval_steps: eval_steps[1] must be a whole number, not 'x'.")]
    [InlineData("max_step", "1", "unknown flag '--max_step'; the nearest known one is '--max_steps'")]
    [InlineData("confg", "1", "unknown flag '--confg'; the nearest known one is '--config'")]
    [InlineData("base.diversty", "1", "--base.diversty: unknown key 'diversty'; the nearest known one is 'diversity' (below base).")]
    public void Read_BadOverride_NamesTheFlagAndCause(string key, string value, string message)
    {
        var error = Assert.Throws<UsageException>(() => ConfigurationReader.Read<SampleConfiguration>(null, [KeyValuePair.Create<string, string?>(key, value)], ["--config"]));

        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void Read_RecordsInAList_AreReadAndChangedByTheirPlace()
    {
        var read = Read("stages:\n  - { diversity: a }\n  - diversity: b\n    adam_beta1: 0.5\n", ("stages.1.adam-beta1", "0.7"), ("stages.0.diversity", "c"));

        Assert.Equal([new SampleArm { Diversity = "c" }, new SampleArm { Diversity = "b", AdamBeta1 = 0.7 }], read.Stages);
        Assert.Equal([new SampleArm { Diversity = "d" }], Read("seed: 1", ("stages", "[{diversity: d}]")).Stages);
    }

    [Theory]
    [InlineData("stages.2.diversity", "x", "--stages.2.diversity: '2' is no entry of stages, which has 2; the first is 0.")]
    [InlineData("stages.last.diversity", "x", "--stages.last.diversity: 'last' is no entry of stages, which has 2; the first is 0.")]
    [InlineData("stages.1.diversity", "x", "--stages.1.diversity: entry 1 of stages is no block of 'key: value' lines.")]
    [InlineData("stages.0.diversty", "x", "--stages.0.diversty: unknown key 'diversty'; the nearest known one is 'diversity' (below stages[0]).")]
    [InlineData("stages.0", "x", "--stages.0: stages must be a list, not '{ { 0, x } }'.")]
    [InlineData("stages", "a,b", "--stages: stages[0] must be a block of 'key: value' lines, not 'a'.")]
    public void Read_BadOverrideInAList_NamesTheFlagAndCause(string key, string value, string message)
    {
        var error = Assert.Throws<UsageException>(() => Read($"stages: [{{ diversity: a }}, {(key == "stages.1.diversity" ? "b" : "{ diversity: b }")}]", (key, value)));

        Assert.Equal(message, error.Message);
    }

    private SampleConfiguration Read(string yaml, params (string Key, string Value)[] overrides) =>
        ConfigurationReader.Read<SampleConfiguration>(
            _folder.Write("a.yaml", yaml),
            [.. overrides.Select(pair => KeyValuePair.Create<string, string?>(pair.Key, pair.Value))]);
}
