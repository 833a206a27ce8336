using System.Text.Json;

namespace Thaw.Learning.Checkpoints;

/// <summary>What is wrong with a text that is not JSON, in a few words: the parser's own message may quote the rest of the file.</summary>
internal static class JsonFault
{
    private const int MostCharacters = 160;

    public static string Describe(Exception error)
    {
        var text = string.Join(' ', error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        var place = error is JsonException json ? $" (line {json.LineNumber + 1}, byte {json.BytePositionInLine})" : "";
        return text.Length <= MostCharacters ? text : text[..MostCharacters] + " ..." + place;
    }
}
