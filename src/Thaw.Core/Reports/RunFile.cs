using System.Text.Json;
using Thaw.Core.Storage;

namespace Thaw.Core.Reports;

/// <summary><c>run.json</c>: the stamp of a run beside its results, so that every number can be made again.</summary>
public static class RunFile
{
    public const string Name = "run.json";

    public static void Write(string folder, RunStamp stamp) =>
        AtomicFile.WriteText(Path.Combine(folder, Name), JsonSerializer.Serialize(stamp, JsonFormat.Indented) + "\n");

    /// <exception cref="IOException">The file is not there.</exception>
    /// <exception cref="InvalidDataException">It is not of that form.</exception>
    public static RunStamp Read(string folder)
    {
        var path = Path.Combine(folder, Name);
        try
        {
            return JsonSerializer.Deserialize<RunStamp>(File.ReadAllBytes(path), JsonFormat.Line) ?? throw new InvalidDataException($"{path}: expected a JSON object, not null.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }
}
