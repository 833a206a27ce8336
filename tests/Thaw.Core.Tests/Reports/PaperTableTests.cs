using Thaw.Core.Reports;

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

    // The last column of the paper's Table 1a: the mean of the seven columns that are not Fake.
    [Theory]
    [InlineData("frozen-answer", 0, 0.31)]
    [InlineData("diverse-answer", 0, 0.64)]
    [InlineData("frozen-cot", 0, 0.59)]
    [InlineData("diverse-cot", 0, 0.81)]
    [InlineData("grpo-warm", 0, 0.53)]
    [InlineData("frozen-answer", 1, 0.26)]
    [InlineData("diverse-cot", 1, 0.78)]
    [InlineData("grpo-warm", 1, 0.18)]
    public void Rows_MeanOfTheSevenColumns_IsThePapersOwn(string arm, int row, double mean)
    {
        var columns = PaperTable.Find("sokoban", arm)[row].Success.Where(rate => rate.Key != "fake").ToList();

        Assert.Equal(7, columns.Count);
        Assert.Equal(mean, columns.Average(rate => rate.Value), tolerance: 0.0051);
    }
}
