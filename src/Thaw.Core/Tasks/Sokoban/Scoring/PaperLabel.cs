using System.Globalization;
using System.Text.Json;
using Thaw.Core.Scoring;

namespace Thaw.Core.Tasks.Sokoban.Scoring;

/// <summary>The actions that a row of another trainer's file says are right: what the paper's scorer compares with.</summary>
/// <remarks>
/// A number is an action, 1 to 4 for up, down, left, right. A text is a word of the stated binding or else such a number; a list
/// gives several actions in a row. Booleans, which preference data has under the same key, are no labels.
/// </remarks>
internal static class PaperLabel
{
    /// <summary>Where a label may stand, the first that is there counts; <c>a.b</c> is the key b in the value of a.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["label", "solution", "ground_truth", "reward_model.ground_truth"];

    /// <returns>Null where the row has none.</returns>
    /// <exception cref="FormatException">There is one, but not of actions.</exception>
    public static IReadOnlyList<int>? ReadOrNull(CompletionRow row, ActionVocabulary stated)
    {
        foreach (var key in Keys)
        {
            if (ValueOrNull(row, key) is { ValueKind: not (JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null) } value)
            {
                int[] actions = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(part => ActionOf(part, stated))] : [ActionOf(value, stated)];
                return actions.Length > 0 && !actions.Contains(0)
                    ? actions
                    : throw new FormatException($"the value of {key} is no action: 1 to 4, a word of the binding, or a list of these.");
            }
        }

        return null;
    }

    private static JsonElement? ValueOrNull(CompletionRow row, string key) => key.Split('.') is [var outer, var inner]
        ? row.ValueOrNull(outer) is { } value ? JsonText.ValueOrNull(value, inner) : null
        : row.ValueOrNull(key);

    // 0 for none.
    private static int ActionOf(JsonElement part, ActionVocabulary stated) => part.ValueKind switch
    {
        JsonValueKind.Number => part.TryGetInt32(out var number) && number is >= 1 and <= 4 ? number : 0,
        JsonValueKind.String => ActionOf(JsonText.Read(part), stated),
        _ => 0,
    };

    private static int ActionOf(string text, ActionVocabulary stated) => stated.Read(text.Trim()) is { } direction ? 1 + (int)direction
        : int.TryParse(text, NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 4 ? number
        : 0;
}
