using System.Buffers;
using System.Text.Json;
using Thaw.Core.Concurrency;
using Thaw.Core.Demonstrations;
using Thaw.Core.Progress;
using Thaw.Core.Storage;

namespace Thaw.Core.Datasets;

/// <summary>A folder with demonstrations in one or more forms, and a card that says what they are.</summary>
/// <param name="folder">Made where needed.</param>
/// <param name="description">What the card says; with the number of rows it decides every byte.</param>
/// <param name="exports">Forms beside this project's own.</param>
public sealed class DemonstrationDataset(string folder, DatasetDescription description, IReadOnlyList<DatasetFormat> exports)
{
    public const string CardName = "README.md";
    private const int RowsAtOnce = 256;

    private readonly IReadOnlyList<DatasetFormat> _formats = [DatasetFormat.Thaw, .. exports];

    /// <summary>Writes the first rows, as many as the description says; goes on where an earlier call for the same was interrupted.</summary>
    /// <remarks>What is gone on with need not be written again, but its rows are made again, since each row may depend on those before it.</remarks>
    /// <exception cref="OperationCanceledException">What is written so far is kept for a later call.</exception>
    /// <exception cref="InvalidDataException">There are fewer rows.</exception>
    public IReadOnlyList<DatasetFile> Write(IEnumerable<Demonstration> rows, IProgress<WorkProgress> progress, CancellationToken cancellation)
    {
        using var writer = new DatasetWriter([.. _formats.Select(format => Path.Combine(folder, format.FileName))], description.ToString());
        var begun = (int)writer.Rows;
        var blocks = rows.Skip(begun).Take(description.Rows - begun).Chunk(RowsAtOnce)
            .Select((block, number) => (Rows: block, First: begun + (number * (long)RowsAtOnce)))
            .SelectInOrder(block => Serialize(block.Rows, block.First));
        foreach (var block in blocks)
        {
            writer.Append(block);
            progress.Report(new WorkProgress("demonstrations", writer.Rows, description.Rows));
            writer.StopIfAsked(cancellation);
        }

        if (writer.Rows < description.Rows)
        {
            throw new InvalidDataException($"There are only {writer.Rows} rows, not {description.Rows}.");
        }

        var counts = writer.Counts;
        var files = writer.Complete();
        AtomicFile.WriteText(Path.Combine(folder, CardName), DatasetCard.Write(description, _formats, files, counts));
        return files;
    }

    private DatasetBlock Serialize(Demonstration[] rows, long first)
    {
        var bytes = _formats.Select(format => Serialize(format, rows, first)).ToArray();
        var counts = rows.SelectMany(row => new[] { $"split {row.Split}", $"generator {row.Generator}", $"teacher {row.Teacher}" })
            .CountBy(name => name)
            .ToDictionary(count => count.Key, count => (long)count.Value);
        return new DatasetBlock(rows.Length, bytes, counts);
    }

    private static ReadOnlyMemory<byte> Serialize(DatasetFormat format, Demonstration[] rows, long first)
    {
        var lines = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(lines, new JsonWriterOptions { Encoder = JsonFormat.Line.Encoder, SkipValidation = true });
        for (var i = 0; i < rows.Length; i++)
        {
            format.Write(json, rows[i], first + i);
            json.Flush();
            json.Reset();
            lines.Write("\n"u8);
        }

        return lines.WrittenMemory;
    }
}
