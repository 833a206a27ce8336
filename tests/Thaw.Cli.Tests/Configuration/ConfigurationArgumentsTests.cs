using System.CommandLine;
using Thaw.Cli.Configuration;
using Thaw.Cli.Options;
using Thaw.Cli.Verbs;
using Thaw.Learning.Sft;

namespace Thaw.Cli.Tests.Configuration;

public sealed class ConfigurationArgumentsTests
{
    [Fact]
    public void Overrides_EverySpelling_GivesKeyAndValue()
    {
        var overrides = ConfigurationArguments.Overrides(["--a", "1", "--b=x=y", "--flag", "--c", "-1"]);

        Assert.Equal([new("a", "1"), new("b", "x=y"), new("flag", null), new("c", "-1")], overrides);
    }

    [Fact]
    public void Read_KeyWithoutAValue_IsTrueWhereItMayBe()
    {
        var config = new ConfigOption();
        var verb = new Verb("sft", "", "") { config }.Accepting<SftOptions>();

        Assert.True(ConfigurationArguments.Read<SftOptions>(verb.Parse(["--packing", "--seed", "2"]), config).Packing);
        var error = Assert.Throws<UsageException>(() => ConfigurationArguments.Read<SftOptions>(verb.Parse(["--output_dir"]), config));
        Assert.Equal("--output_dir needs a value", error.Message);
    }

    // Not the file, which may have no such key.
    [Fact]
    public void Read_FaultInAListOfTheCommandLine_NamesItsFlag()
    {
        var error = Assert.Throws<UsageException>(() => ConfigurationReader.Read<SftOptions>(
            Path.Combine(Repository.Root, "studies/sft.yaml"), [KeyValuePair.Create<string, string?>("dataset_mixture", "[{weight: abc}]")]));

        Assert.Equal("--dataset_mixture: dataset_mixture[0].weight must be a number, not 'abc'.", error.Message);
    }

    [Fact]
    public void Overrides_ValueWithoutKey_IsWrongUsage()
    {
        var error = Assert.Throws<UsageException>(() => ConfigurationArguments.Overrides(["stray"]));

        Assert.Contains("'stray'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_VerbWithConfiguration_TakesKeysAndItsOwnFlags()
    {
        var config = new ConfigOption();
        var json = new JsonOption();
        var verb = new Verb("sample", "", "") { config, json }.Accepting<SampleConfiguration>();

        var parsed = verb.Parse(["--max_steps", "7", "--json", "--splits", "id,fake"]);
        UsageErrors.ThrowIfAny(parsed);

        Assert.True(parsed.GetValue(json));
        Assert.Equal(7, ConfigurationArguments.Read<SampleConfiguration>(parsed, config).MaxSteps);
    }

    [Fact]
    public void Of_ConfigurationRecord_ListsEveryKeyWithItsDefault()
    {
        var keys = ConfigurationKeys.Of(typeof(SampleConfiguration)).ToDictionary(key => key.Name);

        Assert.Equal("Folder for the results; text (default runs/out)", keys["output_dir"].Describe());
        Assert.Equal("one of cosine, constant_with_warmup (default cosine)", keys["lr_scheduler_type"].Describe());
        Assert.Equal("a number (default 0.9)", keys["base.adam_beta1"].Describe());
        Assert.Equal("name: keys: diversity, adam_beta1", keys["arms"].Describe());
    }
}
