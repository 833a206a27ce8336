using System.Text.Json;
using Thaw.Core.Storage;

namespace Thaw.Core.Datasets;

/// <summary>Writes the files of a dataset side by side, block after block; when it was killed, it goes on with the rows that are missing.</summary>
/// <remarks>
/// Each file grows as <c>NAME.partial</c> beside its final name, which it gets when all rows are there; <c>NAME.progress</c> beside the
/// first one says which rows of which plan it holds. The bytes do not depend on how often the work was interrupted, and memory not
/// on the number of rows.
/// </remarks>
public sealed class DatasetWriter : IDisposable
{
    private const int RowsBetweenNotes = 1 << 15;

    private readonly string _plan;
    private readonly string _progressPath;
    private readonly List<PartialFile> _files = [];
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);
    private long _notedRows;

    /// <param name="paths">Of the files; at least one. Their folders are made where needed.</param>
    /// <param name="plan">All that decides the bytes. What an interrupted writer of another plan left behind is thrown away.</param>
    /// <exception cref="IOException">A file cannot be written, or another process is writing it.</exception>
    public DatasetWriter(IReadOnlyList<string> paths, string plan)
    {
        _plan = plan;
        _progressPath = $"{Path.GetFullPath(paths[0])}.progress";
        try
        {
            foreach (var path in paths.Select(Path.GetFullPath))
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                _files.Add(new PartialFile(path));
            }

            GoOn();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Rows that are written; more than 0 at the beginning where an interrupted writer is gone on with.</summary>
    public long Rows { get; private set; }

    /// <summary>The counts of all blocks, summed, by name.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    public void Append(DatasetBlock block)
    {
        foreach (var (file, bytes) in _files.Zip(block.Bytes))
        {
            file.Append(bytes.Span);
        }

        foreach (var (name, count) in block.Counts)
        {
            _counts[name] = _counts.GetValueOrDefault(name) + count;
        }

        Rows += block.Rows;
        if (Rows - _notedRows >= RowsBetweenNotes)
        {
            NoteProgress();
        }
    }

    /// <summary>Ends the work where that was asked for, with a note of what is there.</summary>
    /// <exception cref="OperationCanceledException">It was asked for.</exception>
    public void StopIfAsked(CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            NoteProgress();
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Gives the files their names.</summary>
    public IReadOnlyList<DatasetFile> Complete()
    {
        var files = _files.ConvertAll(file => file.Complete());
        File.Delete(_progressPath);
        return files;
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    // Makes sure that a later writer can go on from here.
    private void NoteProgress()
    {
        _files.ForEach(file => file.Flush());
        var progress = new DatasetProgress(_plan, Rows, [.. _files.Select(file => file.Part)], _counts);
        AtomicFile.WriteText(_progressPath, JsonSerializer.Serialize(progress, JsonFormat.Line));
        _notedRows = Rows;
    }

    private void GoOn()
    {
        var progress = ReadProgressOrNull();
        if (progress is not null && progress.Plan == _plan && progress.Files.Count == _files.Count
            && _files.Zip(progress.Files).All(pair => pair.First.TryKeep(pair.Second)))
        {
            Rows = _notedRows = progress.Rows;
            foreach (var (name, count) in progress.Counts)
            {
                _counts[name] = count;
            }
        }
        else
        {
            _files.ForEach(file => file.Clear());
        }
    }

    // A note that cannot be read is as good as none: the rows can be made again.
    private DatasetProgress? ReadProgressOrNull()
    {
        try
        {
            return File.Exists(_progressPath) ? JsonSerializer.Deserialize<DatasetProgress>(File.ReadAllText(_progressPath), JsonFormat.Line) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
