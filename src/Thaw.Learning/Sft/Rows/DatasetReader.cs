using System.Text.Json;
using Thaw.Core.Datasets;
using Thaw.Core.Storage;

namespace Thaw.Learning.Sft.Rows;

/// <summary>A file of rows to learn from, in any of the forms of <see cref="RowColumns"/>.</summary>
internal static class DatasetReader
{
    /// <summary>The file itself, or that of the rows in a folder as <c>thaw gen</c> writes it.</summary>
    public static string FileOf(string path) => Directory.Exists(path) ? Path.Combine(path, DatasetFormat.Thaw.FileName) : path;

    /// <summary>Reads as a stream.</summary>
    /// <param name="path">JSON Lines, or a folder as <c>thaw gen</c> writes it.</param>
    /// <exception cref="InvalidDataException">A line is malformed: <c>FILE: line N: cause</c>.</exception>
    public static IEnumerable<SourceRow> Read(string path)
    {
        var file = FileOf(path);
        foreach (var line in JsonLines.ReadEach<Dictionary<string, JsonElement>>(file))
        {
            var place = $"{file}: line {line.Number}";
            yield return RowOf(line.Value ?? throw line.Error!, place);
        }
    }

    private static SourceRow RowOf(Dictionary<string, JsonElement> values, string place)
    {
        try
        {
            var columns = new RowColumns(values);
            return new SourceRow(place, columns.ReadContent(), columns.Provenance("task"), columns.Provenance("instance_id"));
        }
        catch (FormatException error)
        {
            throw new InvalidDataException($"{place}: {error.Message}", error);
        }
    }
}
