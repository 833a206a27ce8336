using System.Reflection;
using Thaw.Cli.Configuration;
using Thaw.Learning.Sft;
using Thaw.Learning.Training;

namespace Thaw.Cli.Tests.Verbs;

/// <summary>docs/training.md explains every key that all training shares, with its default, and every metric of time.</summary>
public sealed class TrainingDocumentTests
{
    private static readonly string s_document = File.ReadAllText(Path.Combine(Repository.Root, "docs/training.md"));

    [Fact]
    public void Document_EveryKeyOfAllTraining_HasARowWithItsDefault()
    {
        var names = typeof(TrainingOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(property => KeyNames.FromProperty(property.Name)).ToHashSet();
        var keys = ConfigurationKeys.Of(typeof(SftOptions)).Where(key => names.Contains(key.Name)).ToList();

        Assert.True(keys.Count > 30);
        Assert.All(keys, key => Assert.Contains($"\n| `{key.Name}` | {(key.Default is { } value ? value + " " : "")}| ", s_document, StringComparison.Ordinal));
        Assert.Equal(keys.Count, s_document.Split('\n').Count(line => line.StartsWith("| `", StringComparison.Ordinal) && line.Split('|').Length == 5));
    }

    [Theory]
    [InlineData("step_time")]
    [InlineData("train/dt")]
    [InlineData("train/tok_per_sec")]
    [InlineData("train/mfu")]
    [InlineData("eval/runtime")]
    [InlineData("eval/put_off")]
    public void Document_EveryMetricOfTime_IsNamed(string metric)
    {
        Assert.True(MetricsFile.IsTime(metric));
        Assert.Contains($"`{metric}`", s_document, StringComparison.Ordinal);
    }
}
