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
        where T : class => ReadEach<T>(path).Select(line => line.Value ?? throw line.Error!);

    /// <summary>Reads like <see cref="Read"/>, but a malformed line comes as its error, and the lines behind it are read all the same.</summary>
    public static IEnumerable<JsonLine<T>> ReadEach<T>(string path)
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

    private static JsonLine<T> ReadLine<T>(string path, int number, ReadOnlyMemory<byte> line)
        where T : class
    {
        try
        {
            // Parsing finds bad UTF-8 only in what it looks at, and then names no place.
            s_strict.GetCharCount(line.Span);
            return JsonSerializer.Deserialize<T>(line.Span, JsonFormat.Line) is { } value
                ? new JsonLine<T>(number, value, null)
                : Malformed(ExpectedKeys<T>(), null);
        }
        catch (JsonException error)
        {
            return Malformed(CauseOf<T>(error), error);
        }
        catch (DecoderFallbackException error)
        {
            return Malformed($"byte {error.Index + 1} is not UTF-8.", error);
        }

        JsonLine<T> Malformed(string cause, Exception? inner) => new(number, null, new InvalidDataException($"{path}: line {number}: {cause}", inner));
    }

    // A fault of syntax wraps the reader's own exception; any other is a value of the wrong kind, or a missing key at the root.
    private static string CauseOf<T>(JsonException error) => error switch
    {
        { InnerException: JsonException syntax } => $"{WithoutPlace(syntax.Message)} (byte {syntax.BytePositionInLine + 1})",
        { Path: { } path } when path.StartsWith("$.", StringComparison.Ordinal) => $"the value of {path[2..]} is not of the expected kind.",
        _ => ExpectedKeys<T>(),
    };

    private static string ExpectedKeys<T>()
    {
        var keys = JsonFormat.Line.GetTypeInfo(typeof(T)).Properties.Where(property => property.IsRequired).Select(property => property.Name);
        return string.Join(", ", keys) is { Length: > 0 } named ? $"expected an object with the keys {named}." : "expected an object.";
    }

    private static string WithoutPlace(string message)
    {
        var end = message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    private static bool IsBlank(ReadOnlyMemory<byte> line) => line.Span.Trim(" \t\r"u8).IsEmpty;

    // Editors on Windows begin a file with the mark of its encoding.
    private static void SkipMark(FileStream stream)
    {
        if (stream.CanSeek)
        {
            Span<byte> first = stackalloc byte[3];
            stream.Position = stream.ReadAtLeast(first, 3, throwOnEndOfStream: false) == 3 && first.SequenceEqual(Encoding.UTF8.Preamble) ? 3 : 0;
        }
    }

    // By bytes, so that the number of a line stays right whatever its bytes are.
    private static IEnumerable<ReadOnlyMemory<byte>> ReadLines(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        var line = new ArrayBufferWriter<byte>();
        var buffer = new byte[1 << 16];
        SkipMark(stream);
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
