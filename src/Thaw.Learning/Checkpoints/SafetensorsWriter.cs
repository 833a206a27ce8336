using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Thaw.Learning.Checkpoints;

/// <summary>Writes safetensors: the same tensors always give the same bytes.</summary>
/// <remarks>Numbers lie in the order of the reference implementation: wide element types first, so that each is aligned, then by name.</remarks>
public static class SafetensorsWriter
{
    /// <param name="writeNumbers">Called once for each entry, in file order: writes exactly its bytes, row-major and little-endian.</param>
    /// <exception cref="ArgumentException">Two entries have one name, or one is called <c>__metadata__</c>.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="writeNumbers"/> wrote more or fewer bytes than the entry has.</exception>
    public static void Write(Stream stream, IEnumerable<SafetensorsEntry> entries, Action<SafetensorsEntry, Stream> writeNumbers)
    {
        var ordered = entries.OrderByDescending(e => e.Type.ByteSize()).ThenBy(e => e.Type).ThenBy(e => e.Name, StringComparer.Ordinal).ToList();
        CheckNames(ordered);
        WriteHeader(stream, ordered);
        foreach (var entry in ordered)
        {
            using var counted = new CountedStream(stream);
            writeNumbers(entry, counted);
            if (counted.Written != entry.ByteCount)
            {
                throw new InvalidOperationException($"Tensor '{entry.Name}' has {entry.ByteCount} bytes, {counted.Written} were written.");
            }
        }
    }

    private static void CheckNames(List<SafetensorsEntry> entries)
    {
        var names = new HashSet<string>(StringComparer.Ordinal) { "__metadata__" };
        foreach (var entry in entries)
        {
            if (!names.Add(entry.Name))
            {
                throw new ArgumentException($"The tensor name '{entry.Name}' is taken.", nameof(entries));
            }
        }
    }

    private static void WriteHeader(Stream stream, List<SafetensorsEntry> entries)
    {
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("__metadata__");
            writer.WriteString("format", "pt");
            writer.WriteEndObject();
            var offset = 0L;
            foreach (var entry in entries)
            {
                writer.WriteStartObject(entry.Name);
                writer.WriteString("dtype", entry.Type.Spelling());
                WriteNumbers(writer, "shape", entry.Shape);
                WriteNumbers(writer, "data_offsets", [offset, offset + entry.ByteCount]);
                writer.WriteEndObject();
                offset += entry.ByteCount;
            }

            writer.WriteEndObject();
        }

        // Spaces up to a multiple of 8 keep the numbers aligned for readers that map the file.
        while (json.Length % 8 != 0)
        {
            json.WriteByte((byte)' ');
        }

        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
        stream.Write(length);
        json.WriteTo(stream);
    }

    private static void WriteNumbers(Utf8JsonWriter writer, string key, IEnumerable<long> numbers)
    {
        writer.WriteStartArray(key);
        foreach (var number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }

    /// <summary>Passes bytes on and counts them; closing it leaves the stream below open.</summary>
    private sealed class CountedStream(Stream below) : Stream
    {
        public long Written { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Written; set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            below.Write(buffer);
            Written += buffer.Length;
        }

        public override void Flush() => below.Flush();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
