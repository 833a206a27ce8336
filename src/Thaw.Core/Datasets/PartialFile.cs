using System.Security.Cryptography;

namespace Thaw.Core.Datasets;

/// <summary>A file that is being written beside its final name, with a running hash.</summary>
internal sealed class PartialFile : IDisposable
{
    private const int BufferSize = 1 << 20;

    private readonly string _path;
    private readonly FileStream _stream;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <exception cref="IOException">It cannot be written, or another process writes it.</exception>
    public PartialFile(string path)
    {
        _path = path;
        _stream = new FileStream($"{path}.partial", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, BufferSize);
    }

    /// <summary>What was kept and appended since.</summary>
    public DatasetProgress.Part Part => new(_stream.Position, Convert.ToHexStringLower(_hash.GetCurrentHash()));

    /// <summary>Keeps the first bytes of what lies there, and nothing behind them.</summary>
    /// <returns>False where they are not what was written; then nothing is kept.</returns>
    public bool TryKeep(DatasetProgress.Part part)
    {
        if (_stream.Length >= part.Bytes && HashOf(part.Bytes) == part.Sha256)
        {
            _stream.SetLength(part.Bytes);
            return true;
        }

        Clear();
        return false;
    }

    public void Clear()
    {
        _stream.SetLength(0);
        _hash.GetHashAndReset();
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        _hash.AppendData(bytes);
    }

    /// <summary>Hands all bytes to the system, so that they outlive this process.</summary>
    public void Flush() => _stream.Flush();

    /// <summary>Gives the file its name once its bytes are on the disk. Nothing may be done with it afterwards but to dispose it.</summary>
    public DatasetFile Complete()
    {
        _stream.Flush(flushToDisk: true);
        var part = Part;
        _stream.Dispose();
        File.Move($"{_path}.partial", _path, overwrite: true);
        return new DatasetFile(_path, part.Bytes, part.Sha256);
    }

    public void Dispose()
    {
        _stream.Dispose();
        _hash.Dispose();
    }

    private string HashOf(long count)
    {
        _stream.Position = 0;
        var buffer = new byte[BufferSize];
        for (var left = count; left > 0;)
        {
            var next = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            _stream.ReadExactly(next);
            _hash.AppendData(next);
            left -= next.Length;
        }

        return Part.Sha256;
    }
}
