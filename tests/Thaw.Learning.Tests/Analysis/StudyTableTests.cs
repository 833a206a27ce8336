using Thaw.Learning.Analysis;
using Thaw.Learning.Sft;
using Thaw.Learning.Studies;
using Thaw.Learning.Tests.Studies;

namespace Thaw.Learning.Tests.Analysis;

public sealed class StudyTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public StudyTableTests() => TinyModels.WriteSokobanFolder(_folder["base"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Of_AFinishedStudy_HasARowForEachArm()
    {
        var options = Options();
        var outcome = WithRates(Run(options));

        var rows = StudyTable.Of(options, outcome, default).Split('\n');

        Assert.Equal(3, rows.Count(row => row.Contains("---", StringComparison.Ordinal) || row.StartsWith("| arm", StringComparison.Ordinal) || row.StartsWith("| base |", StringComparison.Ordinal)));
        var nll = Cells(rows, "nll");
        var anchored = Cells(rows, "l2");
        Assert.Equal(10, nll.Length);
        Assert.Equal("`l2_anchor_coeff: 50`, `max_steps: 3`", anchored[1]);

        // ID, the mean of numerical and alphabetical, no split of difficulty, Fake, validity of the instruction splits.
        Assert.Equal(["0.10", "0.30", "–", "0.50", "0.70"], nll[2..7]);
        var distance = WeightDistance.Of(outcome.CheckpointOf("nll"), _folder["base"], default).All.RelativeL2!.Value;
        Assert.Equal(distance.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture), nll[7]);
        Assert.True(double.Parse(anchored[7], System.Globalization.CultureInfo.InvariantCulture) < distance, "The anchor did not hold.");
        Assert.Contains("Made by `thaw study`.", rows[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Of_TheSameStudyAgain_IsTheSameText()
    {
        var options = Options();

        Assert.Equal(StudyTable.Of(options, Run(options), default), StudyTable.Of(options, Run(options), default));
    }

    [Fact]
    public void Insert_BetweenTheMarks_KeepsTheRest()
    {
        File.WriteAllText(_folder["doc.md"], $"before\n{StudyTable.Begin}\nold\n{StudyTable.End}\nafter\n");

        StudyTable.Insert(_folder["doc.md"], "| new |");
        StudyTable.Insert(_folder["doc.md"], "| newer |");

        Assert.Equal($"before\n{StudyTable.Begin}\n\n| newer |\n\n{StudyTable.End}\nafter\n", File.ReadAllText(_folder["doc.md"]));
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData(StudyTable.Begin)]
    [InlineData(StudyTable.End + StudyTable.Begin)]
    [InlineData(StudyTable.Begin + StudyTable.End + StudyTable.End)]
    public void Check_WithoutOnePairOfMarks_SaysWhatIsExpected(string text)
    {
        File.WriteAllText(_folder["doc.md"], text);

        Assert.StartsWith($"{_folder["doc.md"]}: has no place for a table: ", Assert.Throws<InvalidDataException>(() => StudyTable.Check(_folder["doc.md"])).Message, StringComparison.Ordinal);
    }

    // Untrained models solve nothing, and a table of zeros would hide which is which.
    private static StudyOutcome WithRates(StudyOutcome outcome)
    {
        var rates = new Dictionary<string, (double Success, double Validity)> { ["id"] = (0.1, 0.9), ["numerical"] = (0.2, 0.6), ["alphabetical"] = (0.4, 0.8), ["fake"] = (0.5, 0.1) };
        return outcome with
        {
            Report = outcome.Report with
            {
                Arms = [.. outcome.Report.Arms.Select(arm => arm with
                {
                    Results = arm.Results.ToDictionary(split => split.Key, split => split.Value with { Success = rates[split.Key].Success, Validity = rates[split.Key].Validity }),
                })],
            },
        };
    }

    private static string[] Cells(string[] rows, string arm) =>
        [.. rows.Single(row => row.StartsWith($"| {arm} |", StringComparison.Ordinal)).Trim('|', ' ').Split('|').Select(cell => cell.Trim())];

    private static StudyOutcome Run(StudyOptions options) => new StudyRunner(options, StudyStamp.Any, null).Run(default);

    private StudyOptions Options() => new()
    {
        ModelNameOrPath = _folder["base"],
        OutputDir = _folder["study"],
        Splits = ["id", "numerical", "alphabetical", "fake"],
        Instances = 2,
        Training = new SftOptions { DatasetSize = 8, PerDeviceTrainBatchSize = 4, MaxSteps = 4, LearningRate = 0.01, MaxCompletionLength = 3 },
        Arms = new Dictionary<string, StudyArm>
        {
            ["nll"] = new(),
            ["l2"] = new() { Given = new Dictionary<string, object?> { ["l2_anchor_coeff"] = 50.0, ["max_steps"] = 3 } },
        },
    };
}
