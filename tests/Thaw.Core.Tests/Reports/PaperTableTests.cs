using Thaw.Core.Reports;
using Thaw.Core.Tasks;

namespace Thaw.Core.Tests.Reports;

public class PaperTableTests
{
    [Fact]
    public void Find_FrozenAnswer_HasBothModels() =>
        Assert.Equal(["Qwen2.5-7B", "Llama-3.1-8B-Instruct"], PaperTable.Find("sokoban", "frozen-answer").Select(row => row.Model));

    [Fact]
    public void Find_DiverseAnswer_HasQwenOnly_AsTheOtherWasNotRecovered() =>
        Assert.Equal(0.89, Assert.Single(PaperTable.Find("sokoban", "diverse-answer")).Success["numerical"]);

    [Fact]
    public void Find_UnknownArm_IsEmpty() => Assert.Empty(PaperTable.Find("sokoban", "base"));

    // A column whose name is no split of the task would never be shown.
    [Fact]
    public void Rows_Splits_AreSplitsOfTheirTask() =>
        Assert.All(PaperTable.Rows, row => Assert.All(row.Success.Keys, name => TaskCatalog.Find(row.Task).FindSplit(name)));

    [Fact]
    public void SourceFor_Points_SaysWhatIsUncertain()
    {
        Assert.EndsWith("as far as recovered", PaperTable.SourceFor("sokoban"), StringComparison.Ordinal);
        Assert.Contains("Fake", PaperTable.SourceFor("points"), StringComparison.Ordinal);
    }

    // The last column of the paper's Tables 1a and 1b: the mean of the seven columns that are not Fake.
    [Theory]
    [InlineData("sokoban", "frozen-answer", 0, 0.31)]
    [InlineData("sokoban", "diverse-answer", 0, 0.64)]
    [InlineData("sokoban", "frozen-cot", 0, 0.59)]
    [InlineData("sokoban", "diverse-cot", 0, 0.81)]
    [InlineData("sokoban", "grpo-warm", 0, 0.53)]
    [InlineData("sokoban", "frozen-answer", 1, 0.26)]
    [InlineData("sokoban", "diverse-cot", 1, 0.78)]
    [InlineData("sokoban", "grpo-warm", 1, 0.18)]
    [InlineData("points", "frozen-answer", 0, 0.18)]
    [InlineData("points", "diverse-answer", 0, 0.34)]
    [InlineData("points", "frozen-cot", 0, 0.79)]
    [InlineData("points", "diverse-cot", 0, 0.82)]
    [InlineData("points", "grpo-warm", 0, 0.73)]
    [InlineData("points", "frozen-answer", 1, 0.11)]
    [InlineData("points", "diverse-cot", 1, 0.81)]
    [InlineData("points", "grpo-warm", 1, 0.73)]
    public void Rows_MeanOfTheSevenColumns_IsThePapersOwn(string task, string arm, int row, double mean)
    {
        var columns = PaperTable.Find(task, arm)[row].Success.Where(rate => rate.Key != "fake").ToList();

        Assert.Equal(7, columns.Count);
        Assert.Equal(mean, columns.Average(rate => rate.Value), tolerance: 0.0051);
    }
}
