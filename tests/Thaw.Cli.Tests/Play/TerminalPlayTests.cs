using Spectre.Console;
using Thaw.Cli.Play;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Cli.Tests.Play;

public sealed class TerminalPlayTests
{
    // Right, right.
    private const string Room = "######\n#PX_O#\n#____#\n######";
    private static readonly ActionVocabulary s_words = new("1", "2", "3", "q");

    [Theory]
    [InlineData("q\nq\n")]
    [InlineData("→→")]
    [InlineData(":⌫q\nx⌫→")]
    [InlineData("?\n→↓\n→q\n")]
    public void Run_WordsAndArrows_SolveTheRoom(string typed)
    {
        var session = Run(typed, s_words, s_words, out _);

        Assert.Equal("Solved in 2 turns, the fewest possible.", session.Summary);
    }

    [Fact]
    public void Run_ArrowsUnderFake_SayTheStatedWords()
    {
        var session = Run("→", s_words, ActionVocabulary.Training, out _);

        Assert.Equal("turn 1: q: not valid (stated_word)", session.LastTurn);
    }

    [Theory]
    [InlineData("1\nq\n1\n", 1)]
    [InlineData("1\n:q\n1\n", 1)]
    [InlineData("", 0)]
    public void Run_QuitOrControlC_Stops(string typed, int turns)
    {
        var words = new ActionVocabulary("1", "2", "3", "4");
        var session = Run(typed, words, words, out _);

        Assert.Equal((turns, false), (session.TurnCount, session.Episode.IsOver));
    }

    [Fact]
    public void Run_EveryTurn_DrawsTheBoardOnAScreenOfItsOwn()
    {
        Run("→?\n\n", s_words, s_words, out var screen);

        // To the other screen and back; a frame for the start and one for every key.
        Assert.StartsWith("\u001b[?1049h", screen, StringComparison.Ordinal);
        Assert.EndsWith("\u001b[?1049l", screen, StringComparison.Ordinal);
        var frames = Frames(screen);
        Assert.Contains(" # P X _ O #", frames[0], StringComparison.Ordinal);
        Assert.Contains(" # _ P X O #", frames[1], StringComparison.Ordinal);
        Assert.DoesNotContain("You are a Sokoban solver.", frames[1], StringComparison.Ordinal);
        Assert.Contains("You are a Sokoban solver.", frames[3], StringComparison.Ordinal);
        Assert.Contains(" # _ P X O #", frames[4], StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b[3J", screen, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WordingOnALowTerminal_ScrollsWithTheArrows()
    {
        Run("?\n↓↓↑", s_words, s_words, out var screen, height: 13);

        var frames = Frames(screen);
        Assert.Equal(13 - 2, frames[2].Count(symbol => symbol == '\n'));
        Assert.Contains("<|im_start|>user", frames[2], StringComparison.Ordinal);
        Assert.DoesNotContain("You are a Sokoban solver.", frames[4], StringComparison.Ordinal);
        Assert.Contains("You are a Sokoban solver.", frames[5], StringComparison.Ordinal);
        Assert.DoesNotContain("<|im_start|>user", frames[5], StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Cancelled_GoesBackToTheOldScreen()
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        using var output = new StringWriter();

        Assert.Throws<OperationCanceledException>(() => new TerminalPlay(Session(s_words, s_words), Console(output, height: 100), new ScriptedKeyboard([])).Run(cancellation.Token));
        Assert.EndsWith("\u001b[?1049l", output.ToString(), StringComparison.Ordinal);
    }

    private static PlaySession Run(string typed, ActionVocabulary stated, ActionVocabulary scored, out string screen, int height = 100)
    {
        var session = Session(stated, scored);
        var keyboard = new ScriptedKeyboard(ScriptedKeyboard.Type(typed));
        using var output = new StringWriter();
        new TerminalPlay(session, Console(output, height), keyboard).Run(CancellationToken.None);
        screen = output.ToString();
        return session;
    }

    // The other screen is entered at home, and so is every frame.
    private static string[] Frames(string screen) => [.. screen.Split("\u001b[H").Skip(2)];

    private static PlaySession Session(ActionVocabulary stated, ActionVocabulary scored) =>
        new(new SokobanEpisode(SokobanInstance.Parse(Room), new SokobanBinding(stated, AnswersSection.Explained), scored), "a room");

    private static IAnsiConsole Console(TextWriter output, int height)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(output) });
        console.Profile.Capabilities.AlternateBuffer = true;
        (console.Profile.Width, console.Profile.Height) = (200, height);
        return console;
    }
}
