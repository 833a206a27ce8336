using Thaw.Core.Reports;
using Thaw.Core.Tasks;

namespace Thaw.Core.Tests.Reports;

public class StudyFindingsTests
{
    // Success and validity in the order of SampleReport.Splits: id, three instruction splits, fake, two-boxes.
    private static readonly double[] s_allValid = [1, 1, 1, 1, 1, 1];

    [Fact]
    public void Of_FrozenSignature_SaysThatItIgnoresItsInstructions()
    {
        var sentence = FirstFinding([0.96, 0, 0, 0, 0.95, 0], [1, 0, 0, 0, 1, 1]);

        Assert.Equal(
            "arm ignores its instructions: it solves 96 % (92 to 98 %) of the instances under the training instruction, "
            + "0 % (0 to 2 %) under changed instructions, and 95 % (91 to 97 %) on fake, where only a model that ignores its prompt succeeds.",
            sentence);
    }

    [Fact]
    public void Of_ObedientSignature_SaysThatItFollowsItsInstructions() =>
        Assert.StartsWith("arm follows its instructions: it solves 100 % (98 to 100 %)", FirstFinding([1, 1, 1, 1, 0, 1], s_allValid), StringComparison.Ordinal);

    [Fact]
    public void Of_RandomStatedWords_SaysThatItAnswersButCannotSolve() =>
        Assert.StartsWith("arm can answer in the stated words but cannot solve", FirstFinding([0.1, 0.12, 0.1, 0.09, 0, 0], s_allValid), StringComparison.Ordinal);

    [Fact]
    public void Of_NeitherWordsNorSolutions_SaysSo() =>
        Assert.StartsWith("arm neither solves nor answers in the stated words", FirstFinding([0, 0, 0, 0, 0, 0], [0.1, 0.1, 0, 0, 0, 0]), StringComparison.Ordinal);

    [Fact]
    public void Of_HalfOfTheWordsAndNoSolutions_SaysThatWordsComeInPart() =>
        Assert.StartsWith("arm cannot solve, and answers in the stated words only in part", FirstFinding([0, 0, 0, 0, 0, 0], [1, 0.6, 0.6, 0.6, 0, 1]), StringComparison.Ordinal);

    [Fact]
    public void Of_HighRatesOnFewInstances_ClaimsNothing() =>
        Assert.StartsWith("Whether arm has learnt the task is unclear", FirstFinding([0.6, 0, 0, 0, 0.6, 0], s_allValid, n: 5), StringComparison.Ordinal);

    [Fact]
    public void Of_ChangedInstructionsBetweenTheThresholds_IsInPart() =>
        Assert.StartsWith("arm follows its instructions only in part", FirstFinding([0.95, 0.45, 0.4, 0.5, 0.3, 0], s_allValid), StringComparison.Ordinal);

    [Fact]
    public void Of_BoundsOnBothSidesOfTheThreshold_IsUnclear() =>
        Assert.StartsWith("Whether arm follows its instructions is unclear", FirstFinding([0.95, 0.18, 0.18, 0.18, 0.1, 0], s_allValid), StringComparison.Ordinal);

    [Fact]
    public void Of_FailsEverywhereButId_DoesNotBlameIgnoring()
    {
        var sentence = FirstFinding([0.95, 0, 0, 0, 0, 0], s_allValid);

        Assert.StartsWith("arm fails under changed instructions", sentence, StringComparison.Ordinal);
        Assert.Contains("not simply ignoring its prompt", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_FakeInTheMiddle_LeavesTheCauseOpen() =>
        Assert.Contains("Whether it ignores them or fails in another way is unclear.", FirstFinding([0.95, 0, 0, 0, 0.4, 0], s_allValid), StringComparison.Ordinal);

    [Fact]
    public void Of_SolvesChangedWordsAndFakeAlike_IsMixed() =>
        Assert.StartsWith("arm follows some instructions and ignores others", FirstFinding([0.95, 0.9, 0.1, 0.95, 0.9, 0], s_allValid), StringComparison.Ordinal);

    [Fact]
    public void Of_NoFakeSplit_SaysWhatCannotBeTold()
    {
        var model = Model([0.95, 0, 0, 0, 0, 0], s_allValid);
        var splits = model.Splits.Where(s => s.Kind != SplitKind.Fake).ToList();

        var sentence = StudyFindings.Of(model with { Splits = splits })[0];

        Assert.Contains("Without a fake split one cannot tell", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_OneInstructionSplitBehindTheOthers_NamesIt()
    {
        var sentence = FirstFinding([0.95, 0.95, 0.95, 0.3, 0, 0], s_allValid);

        Assert.StartsWith("arm follows its instructions: ", sentence, StringComparison.Ordinal);
        Assert.EndsWith(" It does worse on held-out 30 % (24 to 37 %).", sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.02, "validity fell: 95 % (91 to 97 %) in base, 2 %")]
    [InlineData(0.95, "validity did not clearly change")]
    [InlineData(1.00, "validity rose")]
    public void Of_ArmBesideABase_ComparesValidity(double validity, string expected)
    {
        double[] after = [1, validity, validity, validity, 0, 1];
        var model = Model([0.95, 0, 0, 0, 0.9, 0], after) with
        {
            Arms =
            [
                SampleReport.Arm("base", "", [0.1, 0.1, 0.1, 0.1, 0, 0], [1, 0.95, 0.95, 0.95, 0, 1]),
                SampleReport.Arm("arm", "", [0.95, 0, 0, 0, 0.9, 0], after),
            ],
        };

        Assert.Contains(StudyFindings.Of(model), sentence => sentence.Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0.90, "keeps up on two-boxes 90 %")]
    [InlineData(0.10, "falls behind on two-boxes 10 %")]
    [InlineData(0.55, "is in between, or unclear, on two-boxes 55 %")]
    public void Of_HarderSplit_IsMeasuredAgainstTheTrainingInstruction(double success, string expected) =>
        Assert.Contains(expected, StudyFindings.Of(Model([0.95, 0, 0, 0, 0.9, success], s_allValid))[1], StringComparison.Ordinal);

    [Fact]
    public void Of_DifferenceWhoseTestDisagrees_IsNotClear()
    {
        var model = Model([0.95, 0, 0, 0, 0.9, 0], s_allValid) with
        {
            Comparisons = [SampleReport.Comparison("arm", "other", "id", 3, 0, p: 0.25, 1, 1, 1)],
        };

        Assert.Equal(
            "arm against other on the same instances, in points of success: not clearly different on id (+100, +100 to +100).",
            StudyFindings.Of(model)[^1]);
    }

    private static string FirstFinding(double[] success, double[] validity, int n = 200) =>
        StudyFindings.Of(Model(success, validity, n))[0];

    private static ReportModel Model(double[] success, double[] validity, int n = 200) => new()
    {
        Stamp = SampleReport.Stamp(),
        Task = "any task",
        Splits = SampleReport.Splits,
        Arms = [SampleReport.Arm("arm", "", success, validity, n)],
    };
}
