using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;

namespace Thaw.Learning.Checkpoints;

/// <summary>The checked header of a safetensors file: which tensors lie where.</summary>
/// <remarks>Format: 8 bytes of little-endian header length, the header as JSON, the numbers. Gaps between tensors are allowed, overlaps are not.</remarks>
internal sealed class SafetensorsHeader
{
    /// <summary>The bound of the reference implementation: no honest header is longer, and a hostile one costs no more memory.</summary>
    public const long MaxHeaderBytes = 100_000_000;

    private const int LengthBytes = 8;

    /// <summary>An entry and where its numbers begin, in bytes from the start of the file.</summary>
    public readonly record struct Placed(SafetensorsEntry Entry, long Offset);

    private SafetensorsHeader(IReadOnlyList<Placed> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        Tensors = tensors;
        Metadata = metadata;
    }

    /// <summary>In the order in which the numbers lie in the file.</summary>
    public IReadOnlyList<Placed> Tensors { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <param name="path">Only for messages.</param>
    /// <exception cref="InvalidDataException">The file breaks the format; the message names file, tensor and cause.</exception>
    public static SafetensorsHeader Read(Stream stream, string path)
    {
        var fileBytes = stream.Length;
        Span<byte> lengthBytes = stackalloc byte[LengthBytes];
        if (fileBytes < LengthBytes)
        {
            throw new InvalidDataException($"{path}: the file has {fileBytes} bytes, too few for the header's length.");
        }

        stream.ReadExactly(lengthBytes);
        var headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(lengthBytes);
        if (headerBytes > (ulong)(fileBytes - LengthBytes))
        {
            throw new InvalidDataException($"{path}: the header says it has {headerBytes} bytes, but only {fileBytes - LengthBytes} follow.");
        }

        if (headerBytes > MaxHeaderBytes)
        {
            throw new InvalidDataException($"{path}: the header says it has {headerBytes} bytes, more than the {MaxHeaderBytes} allowed.");
        }

        var json = new byte[(int)headerBytes];
        stream.ReadExactly(json);
        try
        {
            using var document = JsonDocument.Parse(json);
            return Parse(document.RootElement, LengthBytes + (long)headerBytes, fileBytes, path);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair, which JSON allows and .NET cannot hold.
            throw new InvalidDataException($"{path}: the header is not valid JSON: {JsonFault.Describe(error)}", error);
        }
    }

    private static SafetensorsHeader Parse(JsonElement root, long dataStart, long fileBytes, string path)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"{path}: the header is not a JSON object.");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var tensors = new List<Placed>();
        var metadata = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (!names.Add(property.Name))
            {
                throw new InvalidDataException($"{path}: '{property.Name}' is listed twice.");
            }

            if (property.Name == "__metadata__")
            {
                ReadMetadata(property.Value, metadata, path);
            }
            else
            {
                tensors.Add(ReadTensor(property.Name, property.Value, dataStart, fileBytes, path));
            }
        }

        tensors.Sort((a, b) => (a.Offset, a.Entry.ByteCount).CompareTo((b.Offset, b.Entry.ByteCount)));
        CheckNoOverlap(tensors, path);
        return new SafetensorsHeader(tensors, metadata);
    }

    private static void ReadMetadata(JsonElement value, Dictionary<string, string> metadata, string path)
    {
        if (value.ValueKind != JsonValueKind.Object || value.EnumerateObject().Any(p => p.Value.ValueKind != JsonValueKind.String))
        {
            throw new InvalidDataException($"{path}: '__metadata__' must map names to strings.");
        }

        foreach (var property in value.EnumerateObject())
        {
            metadata[property.Name] = property.Value.GetString()!;
        }
    }

    private static Placed ReadTensor(string name, JsonElement value, long dataStart, long fileBytes, string path)
    {
        InvalidDataException Bad(string cause) => new($"{path}: tensor '{name}': {cause}");

        if (value.ValueKind != JsonValueKind.Object)
        {
            throw Bad("its description is not a JSON object.");
        }

        if (!value.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String)
        {
            throw Bad("'dtype' is missing or not a string.");
        }

        var type = SafetensorsTypes.Find(dtype.GetString()!)
            ?? throw Bad($"dtype '{dtype.GetString()}' is not supported; known are {string.Join(", ", Enum.GetValues<SafetensorsType>().Select(t => t.Spelling()))}.");
        var shape = ReadCounts(value, "shape") ?? throw Bad("'shape' is missing or not a list of whole numbers from 0.");
        var offsets = ReadCounts(value, "data_offsets");
        if (offsets is not { Length: 2 })
        {
            throw Bad("'data_offsets' is missing or not two whole numbers from 0.");
        }

        var dataBytes = fileBytes - dataStart;
        if (offsets[0] > offsets[1] || offsets[1] > dataBytes)
        {
            throw Bad($"its numbers lie at {offsets[0]} to {offsets[1]}, but the file has {dataBytes} bytes of numbers.");
        }

        var entry = new SafetensorsEntry(name, type, shape);
        var given = offsets[1] - offsets[0];
        if (ByteCountOrNull(entry) != given)
        {
            throw Bad(string.Create(CultureInfo.InvariantCulture, $"{type.Spelling()} of shape {entry.ShapeText} does not fill exactly the {given} bytes it is given."));
        }

        return new Placed(entry, dataStart + offsets[0]);
    }

    private static long? ByteCountOrNull(SafetensorsEntry entry)
    {
        try
        {
            return entry.ByteCount;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static long[]? ReadCounts(JsonElement tensor, string key)
    {
        if (!tensor.TryGetProperty(key, out var list) || list.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var counts = new long[list.GetArrayLength()];
        var i = 0;
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out counts[i]) || counts[i] < 0)
            {
                return null;
            }

            i++;
        }

        return counts;
    }

    private static void CheckNoOverlap(List<Placed> tensors, string path)
    {
        for (var i = 1; i < tensors.Count; i++)
        {
            var (before, after) = (tensors[i - 1], tensors[i]);
            if (before.Offset + before.Entry.ByteCount > after.Offset)
            {
                throw new InvalidDataException($"{path}: tensor '{after.Entry.Name}': its numbers overlap those of '{before.Entry.Name}'.");
            }
        }
    }
}
