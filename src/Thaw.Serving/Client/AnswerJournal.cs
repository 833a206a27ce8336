using System.Text.Json;
using Thaw.Core.Storage;

namespace Thaw.Serving.Client;

/// <summary>Every answer as it comes, in a file of JSON Lines, so that a run that is killed never asks for it again.</summary>
/// <remarks>
/// A line goes to the system at once, which outlives the process, and to the disk once a second, which outlives the machine. A last
/// line without an end is what a crash left of it; it is cut off. The file holds answers and hashes of requests, no key.
/// </remarks>
internal sealed class AnswerJournal : IDisposable
{
    private static readonly TimeSpan s_syncEvery = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ServedAnswers> _known = [];
    private readonly FileStream _stream;
    private readonly TimeProvider _time;
    private long _lastSync;

    /// <exception cref="InvalidDataException">A whole line is malformed: <c>FILE: line N: cause</c>.</exception>
    /// <exception cref="IOException">The file cannot be written, or another process writes it.</exception>
    public AnswerJournal(string path, TimeProvider time)
    {
        _time = time;
        _lastSync = time.GetTimestamp();
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using (var left = OpenAlone(path))
        {
            CutTornLine(left);
        }

        foreach (var line in JsonLines.Read<Line>(path))
        {
            _known[line.Key] = new ServedAnswers(line.Choices, line.PromptTokens, line.CompletionTokens, line.Fingerprint);
            LastFingerprint = line.Fingerprint ?? LastFingerprint;
        }

        _stream = OpenAlone(path);
        _stream.Seek(0, SeekOrigin.End);
    }

    /// <summary>Answers that were there when it was opened, and those added since.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _known.Count;
            }
        }
    }

    /// <summary>Which model wrote the last answer, as far as its server says.</summary>
    public string? LastFingerprint { get; private set; }

    public ServedAnswers? Find(string key)
    {
        lock (_lock)
        {
            return _known.GetValueOrDefault(key);
        }
    }

    public void Add(string key, ServedAnswers answers)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(
            new Line(key, answers.Choices, answers.PromptTokens, answers.CompletionTokens, answers.Fingerprint), JsonFormat.Line);
        lock (_lock)
        {
            _known[key] = answers;
            LastFingerprint = answers.Fingerprint ?? LastFingerprint;
            _stream.Write([.. line, (byte)'\n']);
            var isDue = _time.GetElapsedTime(_lastSync) >= s_syncEvery;
            _stream.Flush(flushToDisk: isDue);
            _lastSync = isDue ? _time.GetTimestamp() : _lastSync;
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_stream.CanWrite)
            {
                _stream.Flush(flushToDisk: true);
                _stream.Dispose();
            }
        }
    }

    private static FileStream OpenAlone(string path) => new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private static void CutTornLine(FileStream stream)
    {
        var end = stream.Length;
        while (end > 0)
        {
            stream.Position = end - 1;
            if (stream.ReadByte() == '\n')
            {
                break;
            }

            end--;
        }

        stream.SetLength(end);
    }

    private sealed record Line(string Key, IReadOnlyList<ServedChoice> Choices, int PromptTokens, int CompletionTokens, string? Fingerprint = null);
}
