using Thaw.Cli.Play;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Points;

namespace Thaw.Cli.Tests.Play;

public sealed class PointsPlayTests
{
    [Theory]
    [InlineData("all-5")]
    [InlineData("target-30")]
    [InlineData("operators")]
    public void Answer_BareFormula_SolvesTheHand(string name)
    {
        var (session, formula) = Begin(name);

        session.Answer(formula);

        Assert.Equal("Solved in 1 turn, the fewest possible.", session.Summary);
    }

    [Fact]
    public void Answer_WholeObject_IsTakenAsItIs()
    {
        var (session, _) = Begin("id");

        session.Answer("{\"cards\": []}");

        Assert.Equal("Not solved after 1 turn: no_answer; 1 would have been enough.", session.Summary);
    }

    private static (PlaySession Session, string Formula) Begin(string name)
    {
        var task = TaskCatalog.Find("points");
        var split = task.FindSplit(name);
        var hand = (PointsInstance)task.DrawInstances(split, Fold.Test, 1, 1)[0];
        var episode = task.Begin(split, hand, 1);
        var rule = ((PointsSplit)split).Stated.Draw(new SplitMix64(1), hand).Rule;
        return (new PlaySession(episode, "a hand"), PointsSolver.FindFirstOrNull(rule.Faces.ValuesOf(hand.Cards), rule.Target)!.ToString(rule.Operators, ""));
    }
}
