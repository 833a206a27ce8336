using Thaw.Core.Storage;

namespace Thaw.Core.Demonstrations;

/// <summary>Datasets of demonstrations: JSON Lines with the keys prompt, completion, instance_id, task, split, binding, seed, generator, teacher.</summary>
public static class DemonstrationFile
{
    /// <summary>Writes the rows as they come; the file appears only when all are written. The rows must end.</summary>
    public static void Write(string path, IEnumerable<Demonstration> rows) => AtomicFile.Write(path, stream => JsonLines.Write(stream, rows));

    /// <summary>Reads as a stream. Only prompt and completion must be there; other keys are empty or 0 where missing, and unknown ones are passed over.</summary>
    /// <exception cref="InvalidDataException">A line is malformed: <c>FILE: line N: cause</c>.</exception>
    public static IEnumerable<Demonstration> Read(string path) => JsonLines.Read<Row>(path).Select(row => new Demonstration(
        row.Prompt, row.Completion, row.InstanceId, row.Task, row.Split, row.Binding, row.Seed, row.Generator, row.Teacher));

    private sealed record Row(
        string Prompt,
        string Completion,
        string InstanceId = "",
        string Task = "",
        string Split = "",
        string Binding = "",
        ulong Seed = 0,
        string Generator = "",
        string Teacher = "");
}
