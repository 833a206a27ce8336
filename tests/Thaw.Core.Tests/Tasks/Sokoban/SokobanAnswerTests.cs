using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Tasks.Sokoban;

public class SokobanAnswerTests
{
    [Theory]
    [InlineData("</think> <answer> Up </answer>\n", "Up")]
    [InlineData("<answer>Up</answer>", "Up")]
    [InlineData("maybe <answer> Up </answer>, no: </think> <answer> Down </answer>", "Down")]
    [InlineData("<answer> Up </answer> and <answer> Down", "Up")]
    [InlineData("<answer> Up </answer> trailing </answer>", "Up")]
    [InlineData("<answer> <answer> Up </answer>", "Up")]
    [InlineData("<answer>\n\tUp\r\n</answer>", "Up")]
    [InlineData("<answer></answer>", "")]
    [InlineData("</answer> Up <answer>", null)]
    [InlineData("<answer> Up", null)]
    [InlineData("Up", null)]
    [InlineData("", null)]
    public void Read_Completion_GivesTheFinalClosedAnswer(string completion, string? expected) =>
        Assert.Equal(expected, SokobanAnswer.Read(completion));

    [Fact]
    public void Read_PiecesInAnyOrder_AgreesWithReadingBlockByBlock()
    {
        var pieces = Gen.Elements("<answer>", "</answer>", "<answer", "answer>", " up ", "<", "/", "x");
        Prop.ForAll(pieces.ListOf().Select(list => string.Concat(list)).ToArbitrary(), text => SokobanAnswer.Read(text) == Slow(text))
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("<answer>")]
    [InlineData("</answer>")]
    [InlineData("<answer> up </answer>")]
    [InlineData("<answer</answer")]
    [InlineData("<")]
    public void Read_AMegabyte_TakesLinearTime(string piece)
    {
        var text = string.Concat(Enumerable.Repeat(piece, 1_000_000 / piece.Length));
        var clock = Stopwatch.StartNew();

        SokobanAnswer.Read(text);

        // A quadratic reading of a megabyte takes minutes; the linear one milliseconds.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(2), $"Took {clock.Elapsed}.");
    }

    // Every opening mark whose next closing mark exists makes a block; the last one counts.
    private static string? Slow(string text)
    {
        string? answer = null;
        for (var i = 0; i < text.Length; i++)
        {
            var end = text.IndexOf("</answer>", i, StringComparison.Ordinal);
            if (text.AsSpan(i).StartsWith("<answer>") && end >= 0)
            {
                answer = text[(i + "<answer>".Length)..end].Trim();
            }
        }

        return answer;
    }
}
