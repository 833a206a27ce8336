using System.Text.Json.Nodes;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Rooms in the digits of the public code: 0 wall, 1 floor, 2 target, 3 box on target, 4 box, 5 player.</summary>
/// <remarks>The player hides a target in <c>state</c>; <c>fixed</c>, which has walls, floor and targets alone, shows it.</remarks>
public static class RoomDigits
{
    public static string[] Fixed(SokobanLevel level) => Rows(level, cell => Still(level, cell));

    public static string[] State(SokobanLevel level, SokobanState state) => Rows(level, cell =>
        cell == state.Player ? '5'
        : (state.Boxes & (UInt128.One << cell)) == 0 ? Still(level, cell)
        : Still(level, cell) == '2' ? '3'
        : '4');

    /// <summary>The keys <c>fixed</c>, <c>state</c> and <c>shortest</c> (1 up, 2 down, 3 left, 4 right; null where there is no plan).</summary>
    public static JsonObject Describe(SokobanInstance room) => new()
    {
        ["fixed"] = Lines(Fixed(room.Level)),
        ["state"] = Lines(State(room.Level, room.Start)),
        ["shortest"] = room.FindShortest() is { } solution
            ? new JsonArray([.. solution.Plan.Select(move => JsonValue.Create(1 + (int)move))])
            : null,
    };

    /// <summary>Reads what <see cref="Fixed"/> and <see cref="State"/> write.</summary>
    /// <exception cref="FormatException">The two do not have the same size, hold other digits, or are not a room: see <see cref="SokobanDrawing.Parse"/>.</exception>
    public static SokobanInstance Parse(IReadOnlyList<string> still, IReadOnlyList<string> state)
    {
        if (still.Count != state.Count || still.Zip(state).Any(rows => rows.First.Length != rows.Second.Length))
        {
            throw new FormatException("fixed and state are not of one size.");
        }

        var rows = still.Zip(state).Select(rows => string.Concat(rows.First.Zip(rows.Second).Select(cells => Symbol(cells.First, cells.Second))));
        return SokobanInstance.Parse(string.Join('\n', rows));
    }

    private static char Symbol(char still, char movable) => (movable, still) switch
    {
        ('5', '2') => 'S',
        ('5', '1') => 'P',
        ('3' or '4', '2') => '√',
        ('4', '1') => 'X',
        ('2', '2') => 'O',
        ('1', '1') => '_',
        ('0', '0') => '#',
        _ => throw new FormatException($"'{movable}' cannot stand on '{still}'."),
    };

    private static string[] Rows(SokobanLevel level, Func<int, char> digit) =>
        [.. Enumerable.Range(0, level.Rows).Select(row => string.Concat(Enumerable.Range(row * level.Columns, level.Columns).Select(digit)))];

    private static char Still(SokobanLevel level, int cell)
    {
        var bit = UInt128.One << cell;
        return (level.Walls & bit) != 0 ? '0' : (level.Targets & bit) != 0 ? '2' : '1';
    }

    private static JsonArray Lines(string[] rows) => new([.. rows.Select(row => JsonValue.Create(row))]);
}
