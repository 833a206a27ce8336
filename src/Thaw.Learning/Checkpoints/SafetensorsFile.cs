using System.IO.MemoryMappedFiles;
using Thaw.Torch;

namespace Thaw.Learning.Checkpoints;

/// <summary>A safetensors file, memory-mapped: opening reads the header only, numbers are copied where they are asked for.</summary>
/// <remarks>Reading is safe from several threads. The file must not be truncated while it is open.</remarks>
public sealed class SafetensorsFile : IDisposable
{
    private readonly Dictionary<string, SafetensorsHeader.Placed> _tensors;
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;

    private SafetensorsFile(string path, SafetensorsHeader header, FileStream stream)
    {
        Path = path;
        Entries = [.. header.Tensors.Select(placed => placed.Entry)];
        Metadata = header.Metadata;
        _tensors = header.Tensors.ToDictionary(placed => placed.Entry.Name, StringComparer.Ordinal);
        _map = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    public string Path { get; }

    /// <summary>In the order in which the numbers lie in the file, so that reading in this order is sequential.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>The file's <c>__metadata__</c>, usually <c>format: pt</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file breaks the format; the message names file, tensor and cause.</exception>
    public static SafetensorsFile Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            return new SafetensorsFile(path, SafetensorsHeader.Read(stream, path), stream);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <returns>The tensor of this name, or null.</returns>
    public SafetensorsEntry? Find(string name) => _tensors.TryGetValue(name, out var placed) ? placed.Entry : null;

    /// <summary>Overwrites <paramref name="target"/> with a tensor straight from the mapped file, converted to the target's element type and device.</summary>
    /// <exception cref="ArgumentException">There is no such tensor, or it has another number of elements.</exception>
    internal void Fill(string name, Tensor target, DType stored)
    {
        var placed = Place(name);
        if (placed.Entry.ElementCount != target.ElementCount)
        {
            throw new ArgumentException($"{Path}: tensor '{name}' has shape {placed.Entry.ShapeText}, not {target}.", nameof(target));
        }

        target.Fill(_view.SafeMemoryMappedViewHandle, placed.Offset + _view.PointerOffset, stored);
    }

    /// <summary>Copies the bytes of a tensor, little-endian, from its byte <paramref name="start"/> on, until <paramref name="destination"/> is full.</summary>
    /// <remarks>Parts, because one span cannot hold more than 2 GB.</remarks>
    /// <exception cref="ArgumentException">There is no such tensor, or it has no such bytes.</exception>
    public void Read(string name, Span<byte> destination, long start = 0)
    {
        var placed = Place(name);
        if (start < 0 || start > placed.Entry.ByteCount - destination.Length)
        {
            throw new ArgumentException($"{Path}: tensor '{name}' has {placed.Entry.ByteCount} bytes, asked were {destination.Length} from {start}.", nameof(destination));
        }

        _view.SafeMemoryMappedViewHandle.ReadSpan((ulong)(placed.Offset + start), destination);
    }

    /// <summary>All bytes of a tensor of less than 2 GB.</summary>
    public byte[] Read(string name)
    {
        var bytes = new byte[Find(name)?.ByteCount ?? 0];
        Read(name, bytes);
        return bytes;
    }

    private SafetensorsHeader.Placed Place(string name) => _tensors.TryGetValue(name, out var placed)
        ? placed
        : throw new ArgumentException($"{Path}: there is no tensor '{name}'.", nameof(name));

    public void Dispose()
    {
        _view.Dispose();
        _map.Dispose();
    }
}
