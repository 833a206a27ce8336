using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Points;

namespace Thaw.Core.Tests.Tasks.Points;

public class PointsEpisodeTests
{
    private static readonly PointsInstance s_hand = new(CardRank.ParseHand("3 J 2 8"));

    [Fact]
    public void Play_RightAnswer_SolvesInOneTurn()
    {
        var episode = Begin();
        Assert.False(episode.IsOver);
        Assert.Equal(FailureReason.None, episode.Reason);

        var verdict = episode.Play(PointsPrompt.WriteAnswer(s_hand.Cards, [3, 10, 2, 8], "10+8+3*2"));

        Assert.Equal(new Verdict(true, "10+8+3*2", FailureReason.None), verdict);
        Assert.True(episode.IsOver && episode.IsSolved);
    }

    [Fact]
    public void Play_WrongAnswer_EndsTheEpisodeWithItsReason()
    {
        var episode = Begin();

        episode.Play("I do not know.");

        Assert.True(episode.IsOver && !episode.IsSolved);
        Assert.Equal(FailureReason.NoAnswer, episode.Reason);
    }

    [Fact]
    public void Play_AfterTheEnd_Throws()
    {
        var episode = Begin();
        episode.Play("");

        Assert.Throws<InvalidOperationException>(() => episode.Play(""));
    }

    [Fact]
    public void Episode_Texts_AreForPeople()
    {
        var table = PointsBinding.Of(PointsRule.Of(new FaceCardRule(11, 12, 13)) with { Target = 30 }) with { Wording = RuleWording.Table };
        var episode = new PointsEpisode(s_hand, table, PointsRule.Training);

        Assert.Equal("J=11 Q=12 K=13 target=30 wording=table", episode.StatedBinding);
        Assert.Equal("J=10 Q=10 K=10", episode.ScoredBinding);
        Assert.Equal("3 J 2 8", episode.Drawing);
    }

    private static PointsEpisode Begin() => new(s_hand, PointsBinding.Training, PointsRule.Training);
}
