using Thaw.Core.Reports;
using Thaw.Core.Tasks;

namespace Thaw.Core.Tests.Reports;

public class ReportWarningsTests
{
    private static readonly ReportModel s_study = SampleReport.Study();

    [Fact]
    public void Of_SoundStudy_StillStatesTheSmallestEffectAndTheOneSeed() =>
        Assert.Collection(
            ReportWarnings.Of(s_study),
            warning => Assert.StartsWith("n = 200: a rate must differ by 14 points", warning, StringComparison.Ordinal),
            warning => Assert.StartsWith("One training seed", warning, StringComparison.Ordinal));

    [Fact]
    public void Of_FewInstances_StatesTheWidthOfTheIntervals() =>
        AssertWarns(
            s_study with { Arms = [SampleReport.Arm("base", "", [0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1], n: 50)] },
            "n = 50: the interval of a success rate near one half is ±13 points.");

    [Fact]
    public void Of_BaseWithoutTheWords_SaysThatTheQuestionIsNotWellPosed() =>
        AssertWarns(
            WithBase([0.1, 0.1, 0.1, 0.1, 0, 0], [1, 1, 0.62, 1, 0, 1]),
            "The base's validity on numerical is 0.62, below 0.80");

    [Fact]
    public void Of_BaseThatSolves_SaysSo() =>
        AssertWarns(WithBase([0.4, 0.1, 0.1, 0.1, 0, 0], [1, 1, 1, 1, 0, 1]), "The base already solves 0.40 of id");

    [Fact]
    public void Of_NoBase_SaysThatValidityBeforeTrainingIsUnknown() =>
        AssertWarns(s_study with { Arms = [s_study.Arms[1]] }, "There is no arm \"base\"");

    [Fact]
    public void Of_DifferentNumbersOfInstances_SaysThatRatesAreNotPaired() =>
        AssertWarns(WithBase([0, 0, 0, 0, 0, 0], [1, 1, 1, 1, 1, 1], n: 150), "different numbers of id instances (150, 200)");

    [Fact]
    public void Of_InstancesThatWerePlayedTwice_SaysHowManyThereAreAndReckonsWithThem()
    {
        var arms = s_study.Arms.Select(arm => arm with { Results = arm.Results.ToDictionary(r => r.Key, r => r.Value with { Distinct = r.Key == "id" ? 51 : 200 }) });

        AssertWarns(s_study with { Arms = [.. arms] }, "id: the 200 episodes show 51 distinct instances");
        AssertWarns(s_study with { Arms = [.. arms] }, "n = 51: the interval of a success rate near one half is ±13 points.");
    }

    [Fact]
    public void Of_MissingSplit_NamesArmAndSplit()
    {
        var arm = s_study.Arms[1];
        var partial = arm with { Results = arm.Results.Where(r => r.Key != "fake").ToDictionary() };

        AssertWarns(s_study with { Arms = [s_study.Arms[0], partial] }, "frozen-answer was not played on fake.");
    }

    [Fact]
    public void Of_NoFakeSplit_SaysWhatCannotBeTold() =>
        AssertWarns(s_study with { Splits = [.. s_study.Splits.Where(s => s.Kind != SplitKind.Fake)] }, "No fake split was played");

    [Fact]
    public void Of_DirtyTree_SaysThatTheCommitIsNotEnough() =>
        AssertWarns(s_study with { Stamp = s_study.Stamp with { Commit = "0123456789ab-dirty" } }, "The working tree held changes");

    [Fact]
    public void Of_NoResults_SaysOnlyThat() =>
        AssertWarns(s_study with { Arms = [] }, "No arm has a test result.");

    private static ReportModel WithBase(double[] success, double[] validity, int n = 200) =>
        s_study with { Arms = [SampleReport.Arm("base", "", success, validity, n), .. s_study.Arms.Skip(1)] };

    private static void AssertWarns(ReportModel model, string clue) =>
        Assert.Contains(ReportWarnings.Of(model), warning => warning.Contains(clue, StringComparison.Ordinal));
}
