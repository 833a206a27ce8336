using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Thaw.Core.Storage;

/// <summary>Files with one JSON value a line, read and written as a stream.</summary>
public static class JsonLines
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a value from each line; empty lines are passed over.</summary>
    /// <exception cref="InvalidDataException">A line is not one JSON object of the form of <typeparamref name="T"/>; the message is <c>FILE: line N: cause</c>.</exception>
    public static IEnumerable<T> Read<T>(string path)
        where T : class
    {
        var number = 0;
        foreach (var line in ReadLines(path))
        {
            number++;
            if (!IsBlank(line))
            {
                yield return ReadLine<T>(path, number, line);
            }
        }
    }

    public static void Write<T>(Stream stream, IEnumerable<T> rows)
    {
        using var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JsonFormat.Line.Encoder });
        foreach (var row in rows)
        {
            JsonSerializer.Serialize(writer, row, JsonFormat.Line);
            writer.Flush();
            stream.WriteByte((byte)'\n');
            writer.Reset();
        }
    }

    private static T ReadLine<T>(string path, int number, ReadOnlyMemory<byte> line)
        where T : class
    {
        try
        {
            // JSON escapes hide bad UTF-8 until a string is looked at, so look at all of it first.
            s_strict.GetCharCount(line.Span);
            return JsonSerializer.Deserialize<T>(line.Span, JsonFormat.Line)
                ?? throw new InvalidDataException($"{path}: line {number}: expected a JSON object, not null.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: line {number}: {CauseOf(error)}", error);
        }
        catch (DecoderFallbackException error)
        {
            throw new InvalidDataException($"{path}: line {number}: byte {error.Index + 1} is not UTF-8.", error);
        }
    }

    // The reader's message ends in a path and position that count within the line alone.
    private static string CauseOf(JsonException error)
    {
        var end = error.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        end = end < 0 ? error.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal) : end;
        var cause = end < 0 ? error.Message : error.Message[..end];
        return error.BytePositionInLine is { } position ? $"{cause} (byte {position + 1})" : cause;
    }

    private static bool IsBlank(ReadOnlyMemory<byte> line) => line.Span.Trim(" \t\r"u8).IsEmpty;

    // By bytes, so that the number of a line stays right whatever its bytes are.
    private static IEnumerable<ReadOnlyMemory<byte>> ReadLines(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        var line = new ArrayBufferWriter<byte>();
        var buffer = new byte[1 << 16];
        while (stream.Read(buffer) is > 0 and var count)
        {
            var start = 0;
            while (Array.IndexOf(buffer, (byte)'\n', start, count - start) is >= 0 and var end)
            {
                line.Write(buffer.AsSpan(start, end - start));
                yield return line.WrittenMemory;
                line.ResetWrittenCount();
                start = end + 1;
            }

            line.Write(buffer.AsSpan(start, count - start));
        }

        if (line.WrittenCount > 0)
        {
            yield return line.WrittenMemory;
        }
    }
}
