using System.Text.Json;
using Thaw.Cli.Configuration;
using Thaw.Learning.Objectives;
using Thaw.Learning.Sft;
using Thaw.Learning.Studies;

namespace Thaw.Cli.Tests.Configuration;

/// <summary>The arms of a study: keys of their own beside any key of fine-tuning.</summary>
public sealed class OverridingConfigurationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Arm_HoldsTheGivenKeysAlone()
    {
        var arm = Read("arms:\n  kl:\n    description: near\n    kl_direction: forward\n    kl_coef: 0.5\n    dose: null\n").Arms["kl"];

        Assert.Equal("near", arm.Description);
        Assert.Equal([("dose", null), ("kl_coef", 0.5), ("kl_direction", KlDirection.Forward)], arm.Given.Select(pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public void Read_CommandLine_ReachesAnArm()
    {
        var arm = Read("arms:\n  kl:\n    kl_coef: 0.5\n", ("arms.kl.kl-coef", "0.1"), ("arms.kl.max_steps", "7")).Arms["kl"];

        Assert.Equal([("kl_coef", (object?)0.1), ("max_steps", 7)], arm.Given.Select(pair => (pair.Key, pair.Value)));
    }

    [Theory]
    [InlineData("kl_cof: 1", "unknown key 'kl_cof'; the nearest known one is 'kl_coef' (below arms.a).")]
    [InlineData("kl_coef: much", "arms.a.kl_coef must be a number, not 'much'.")]
    [InlineData("kl_coef:", "arms.a.kl_coef must be a number, not 'nothing'.")]
    [InlineData("given: {}", "unknown key 'given'")]
    public void Read_BadArm_NamesFileLineAndCause(string line, string clue) =>
        Assert.StartsWith($"{_folder.Path}/a.yaml:3: {clue}", Assert.Throws<UsageException>(() => Read($"arms:\n  a:\n    {line}")).Message, StringComparison.Ordinal);

    [Fact]
    public void Write_Arm_ReadsBackAsTheSame()
    {
        var study = Read("arms:\n  kl:\n    description: near\n    loss_type: neg_p\n    lora_target_modules: [q_proj]\n");

        var yaml = ConfigurationWriter.Write(study);
        var again = Read(yaml).Arms["kl"];

        Assert.Contains("  kl:\n    description: near\n", yaml, StringComparison.Ordinal);
        Assert.Contains("    lora_target_modules: [q_proj]\n    loss_type: neg_p\n", yaml, StringComparison.Ordinal);
        Assert.Equal(study.Arms["kl"].Description, again.Description);
        Assert.Equal(JsonSerializer.Serialize(study.Arms["kl"].Given), JsonSerializer.Serialize(again.Given));
    }

    // Two pieces of code turn names into keys; an arm is read with the one and applied with the other.
    [Fact]
    public void Keys_OfFineTuning_AreSpelledAlikeByFilesAndByArms() => Assert.All(
        ConfigurationKeys.PropertiesOf(typeof(SftOptions)),
        property => Assert.Equal(KeyNames.FromProperty(property.Name), JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name)));

    [Fact]
    public void Studies_ThatShip_AreValid()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "studies")).Where(file => File.ReadAllText(file).Contains("\narms:", StringComparison.Ordinal)))
        {
            (ConfigurationReader.Read<StudyOptions>(file, []) with { OutputDir = "out" }).Validate();
        }
    }

    private StudyOptions Read(string yaml, params (string Key, string Value)[] overrides) => ConfigurationReader.Read<StudyOptions>(
        _folder.Write("a.yaml", yaml), [.. overrides.Select(pair => KeyValuePair.Create<string, string?>(pair.Key, pair.Value))]);
}
