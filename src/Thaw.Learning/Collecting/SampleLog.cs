using System.Text.Json;
using Thaw.Core.Storage;

namespace Thaw.Learning.Collecting;

/// <summary>The samples of a collection, prompt by prompt, in a file that gets its name when all are there.</summary>
/// <remarks>A prompt's lines outlive the process at once. What a kill has left of the last prompt is cut off, and that prompt asked again.</remarks>
internal sealed class SampleLog : IDisposable
{
    public const string FileName = "samples.jsonl";

    private readonly string _path;
    private readonly FileStream _stream;

    /// <exception cref="IOException">The file cannot be written, or another process writes it.</exception>
    public SampleLog(string folder)
    {
        _path = Path.Combine(folder, FileName);
        _stream = new FileStream(Partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1 << 16);
        KeepWholePrompts();
    }

    /// <summary>Prompts whose samples are all there.</summary>
    public int Prompts { get; private set; }

    private string Partial => _path + ".partial";

    public void Append(IEnumerable<Sample> samplesOfAPrompt)
    {
        JsonLines.Write(_stream, samplesOfAPrompt);
        _stream.Flush();
        Prompts++;
    }

    /// <summary>Gives the file its name. Nothing may be done with it afterwards but to dispose it.</summary>
    public void Complete()
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(Partial, _path, overwrite: true);
    }

    public void Dispose() => _stream.Dispose();

    // A prompt is whole when a line of the next one stands behind it.
    private void KeepWholePrompts()
    {
        var (lineStart, promptStart, prompt) = (0L, 0L, -1);
        var line = new MemoryStream();
        var (buffer, position) = (new byte[1 << 16], 0L);
        while (_stream.Read(buffer) is > 0 and var count)
        {
            var start = 0;
            while (Array.IndexOf(buffer, (byte)'\n', start, count - start) is >= 0 and var end)
            {
                line.Write(buffer, start, end - start);
                if (PromptOf(line.GetBuffer().AsMemory(0, (int)line.Length)) is var next && next != prompt)
                {
                    Prompts += prompt >= 0 ? 1 : 0;
                    (prompt, promptStart) = (next, lineStart);
                }

                line.SetLength(0);
                (start, lineStart) = (end + 1, position + end + 1);
            }

            line.Write(buffer, start, count - start);
            position += count;
        }

        _stream.SetLength(promptStart);
        _stream.Position = promptStart;
    }

    private int PromptOf(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.GetProperty("prompt_id").GetInt32();
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{Partial}: holds a line that is no sample; delete the file to begin again.", error);
        }
    }
}
