using FsCheck;
using FsCheck.Fluent;
using Thaw.Core.Tasks.Sokoban;
using Thaw.Core.Tasks.Sokoban.Puzzles;

namespace Thaw.Core.Tests.Tasks.Sokoban.Puzzles;

public sealed class XsbFileTests : IDisposable
{
    private const string Level = "######\n#@ $.#\n######";
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("; 1\n\n{0}\n\n; 2\n\n{0}\n", "1", "2")]
    [InlineData("{0}\n\n; 1\n\n{0}\n\n; 2\n", "1", "2")]
    [InlineData("; 0\n{0}\n\n; 1\n{0}\n\n", "0", "1")]
    [InlineData("{0}\nTitle: Easy\nAuthor: A. Person\n\n{0}\nTitle: Hard\n", "Easy", "Hard")]
    [InlineData("Title: My collection\nAuthor: A. Person\n\n{0}\nTitle: Easy\n\n{0}\nTitle: Hard\nComment:\nnot so easy\nComment-End:\n", "Easy", "Hard")]
    [InlineData("Level 1\n'Easy'\n\n{0}\n\nLevel 2\n'Hard'\n\n{0}\n", "Easy", "Hard")]
    [InlineData("*************\nMaze: 1\nFile offset: 148C\nSize X: 6\nSize Y: 3\nLength: 18\n\n{0}\n*************\nMaze: 2\nLength: 18\n\n{0}\n", "Maze: 1", "Maze: 2")]
    [InlineData("{0}\n\n{0}\n", "level 1", "level 2")]
    [InlineData("\n\n\n{0}\n   \n\n{0}", "level 1", "level 2")]
    public void Parse_TitlesInTheUsualPlaces_AreFound(string text, string first, string second) => Assert.All((string[])["\n", "\r\n"], end =>
    {
        var levels = XsbFile.Parse(text.Replace("{0}", Level, StringComparison.Ordinal).Replace("\n", end, StringComparison.Ordinal));

        Assert.Equal([first, second], levels.Select(level => level.Title));
        Assert.All(levels, level => Assert.Equal(Level, level.Puzzle!.ToString()));
    });

    [Theory]
    [InlineData("######\n#@-$.#\n######")]
    [InlineData("######\n#@_$.#\n######")]
    [InlineData("6#\n#@-$.#\n6#")]
    [InlineData("6#|#@-$.#|6#")]
    [InlineData("6#|#@ $.#|6#|")]
    [InlineData("######   \n#@ $.#\n######------")]
    [InlineData("######\n#p bo#\n######")]
    [InlineData("######\t\n#@ $.#\t\n######")]
    public void Parse_OtherSpellings_AreTheSameLevel(string text) => Assert.Equal(Level, Assert.Single(XsbFile.Parse(text)).Puzzle!.ToString());

    [Theory]
    [InlineData("######\n#P B.#\n#  b #\n######", "######\n#+ *.#\n#  $ #\n######")]
    [InlineData("\t###\n    #####.#\n    #@  $ #\n   \t#####", "        ###\n    #####.#\n    #@  $ #\n        #####")]
    public void Parse_LettersAndTabs_StandForWhatTheyShow(string text, string expected)
    {
        var (level, plain) = (Assert.Single(XsbFile.Parse(text)), Assert.Single(XsbFile.Parse(expected)));

        Assert.Equal((plain.Puzzle?.ToString(), plain.Fault), (level.Puzzle?.ToString(), level.Fault));
    }

    [Fact]
    public void Parse_RaggedRowsAndSealedOrnaments_AreClosedOff()
    {
        var puzzle = Assert.Single(XsbFile.Parse("  ####\n###  ####\n#@ $ .#*#\n#########")).Puzzle!;

        Assert.Equal((4, 9, 1), (puzzle.Rows, puzzle.Columns, puzzle.Boxes.Count));
        Assert.True(puzzle.IsWall(0) && puzzle.IsWall((2 * 9) + 7));
    }

    [Theory]
    [InlineData("#####\n#@$ #\n#####", "line 3: a level needs as many boxes as targets, not 1 and 0")]
    [InlineData("#####\n#@$x.#\n#####", "line 3: unknown symbol 'x' at row 2, column 4")]
    [InlineData("#####\n# $.#\n#####", "line 3: a level needs exactly one player (@ or +), not 0")]
    [InlineData("######\n#@$.@#\n######", "line 3: a level needs exactly one player (@ or +), not 2")]
    [InlineData("#####\n#@$. \n#####", "line 3: the wall is open: the player can come to row 2, column 5 at the edge")]
    [InlineData("######\n#@$.##\n####$#\n#  #.#\n######", "line 3: the player cannot come to the box at row 3, column 5")]
    [InlineData("######\n#@   #\n######", "line 3: a level needs a box ($ or *) that the player can come to")]
    [InlineData("###\n#@#2\n###", "line 3: a number stands before no symbol")]
    [InlineData("9999999999#", "line 3: a level holds at most 65536 cells, not 1 × 65537")]
    public void Parse_AFaultyLevel_SaysWhereAndWhyAndStopsNoOther(string faulty, string fault)
    {
        var levels = XsbFile.Parse($"; bad\n\n{faulty}\n\n; good\n{Level}\n");

        Assert.Equal(("bad", 3, fault), (levels[0].Title, levels[0].Line, levels[0].Fault));
        Assert.Null(levels[0].Puzzle);
        Assert.Equal(("good", null), (levels[1].Title, levels[1].Fault));
    }

    [Fact]
    public void Read_AFileWithoutALevel_NamesTheFile()
    {
        File.WriteAllText(_file, "Dear diary,\ntoday I pushed no box.\n");

        var error = Assert.Throws<InvalidDataException>(() => XsbFile.Read(_file));

        Assert.StartsWith($"{_file}: holds no level", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_GeneratedRooms_ReadsBackAsTheyWere()
    {
        var rooms = Rooms.Make(new RoomShape(10, 10, 2), 20);

        XsbFile.Write(_file, rooms.Select((room, index) => ($"room {index}", SokobanPuzzle.Of(room))));
        var levels = XsbFile.Read(_file);

        Assert.Equal(Enumerable.Range(0, 20).Select(index => $"room {index}"), levels.Select(level => level.Title));
        Assert.Equal(rooms.Select(room => room.Start), levels.Select(level => level.Puzzle!.ToRoomOrNull()!.Start));
        Assert.Equal(rooms.Select(room => room.Level.Targets), levels.Select(level => level.Puzzle!.ToRoomOrNull()!.Level.Targets));
    }

    [Fact]
    public void Parse_AnyText_GivesLevelsOrNone() => Prop.ForAll(
        Gen.Elements("#@$.*+ -_|\n0129x".ToCharArray()).ArrayOf().Select(symbols => new string(symbols)).ToArbitrary(),
        text => XsbFile.Parse(text).All(level => (level.Puzzle is null) != (level.Fault is null))).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Theory]
    [InlineData("#")]
    [InlineData("# \n")]
    [InlineData("9#")]
    [InlineData("#\n\n")]
    [InlineData("; Title: x\n")]
    [InlineData("#*")]
    public void Parse_AMegabyte_IsReadInOneGo(string part)
    {
        var text = string.Concat(Enumerable.Repeat(part, (1 << 20) / part.Length));

        Assert.All(XsbFile.Parse(text), level => Assert.NotNull(level.Fault));
    }
}
