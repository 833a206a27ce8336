using System.Text.Json;
using Thaw.Core.Demonstrations;
using Thaw.Core.Scoring;
using Thaw.Core.Tasks.Points;

namespace Thaw.Core.Tests.Tasks.Points.Scoring;

public class PointsRewardTests
{
    private static readonly PointsTask s_task = new();
    private static readonly string[] s_cards = ["3", "8", "A", "A"];

    // The paper's scale by our judge, which takes no unbalanced parenthesis, no claim of another result, and looks at the cards.
    [Theory]
    [InlineData("3*8*1*1", "3", 5)]
    [InlineData("3*8*1*1=99", "3", -1)]
    [InlineData("3*8+1+1", "3", -1)]
    [InlineData("3*8*1*1", "4", -1)]
    [InlineData("3*8", "3", -2)]
    [InlineData("(3*8*1*1", "3", -3)]
    [InlineData("3x8x1x1", "3", -3)]
    public void ScoreOf_Graded_IsOnThePapersScale(string formula, string firstCard, double value)
    {
        var question = s_task.ReadQuestionOrNull(new CompletionRow(new Dictionary<string, JsonElement>
        {
            ["cards"] = JsonSerializer.SerializeToElement(s_cards),
            ["completion"] = JsonSerializer.SerializeToElement(""),
        }))!;
        var completion = $"{{\"cards\": [\"{firstCard}\", \"8\", \"A\", \"A\"], \"number\": [3, 8, 1, 1], \"formula\": \"{formula}\"}}";

        Assert.Equal(value, question.ScoreOf(completion, "graded").Value);
        Assert.Equal(-3, question.ScoreOf("no object", "graded").Value);
    }

    [Fact]
    public void Practise_Exercises_AreTheHandsOfTheDemonstrations()
    {
        var plan = new DemonstrationPlan(Diversity.Diverse, Seed: 5);
        var (shown, practised) = (s_task.Demonstrate(plan).Take(50).ToList(), s_task.Practise(plan).Take(50).ToList());

        Assert.Equal(shown.Select(row => (row.InstanceId, row.Prompt)), practised.Select(exercise => (exercise.InstanceId, exercise.Begin().Prompt.Text)));
        Assert.All(shown.Zip(practised), pair =>
        {
            var episode = pair.Second.Begin();
            episode.Play(pair.First.Completion);
            Assert.True(episode.IsSolved);
        });
    }
}
