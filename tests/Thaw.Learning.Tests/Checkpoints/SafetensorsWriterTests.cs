using Thaw.Learning.Checkpoints;

namespace Thaw.Learning.Tests.Checkpoints;

public sealed class SafetensorsWriterTests
{
    private static readonly SafetensorsEntry[] s_everyType =
    [
        .. Enum.GetValues<SafetensorsType>().Select(type => new SafetensorsEntry($"layer.{type}", type, [3, 2])),
        new("empty", SafetensorsType.F32, [0, 4]),
        new("scalar", SafetensorsType.I64, []),
    ];

    [Fact]
    public void Write_EveryType_IsReadByAnotherParser()
    {
        var file = Write(s_everyType);
        var (header, start) = SafetensorsBytes.Parse(file);
        Assert.Equal(0, start % 8);
        Assert.Equal("pt", (string?)header["__metadata__"]!["format"]);
        foreach (var entry in s_everyType)
        {
            Assert.Equal(entry.Type.Spelling(), (string?)header[entry.Name]!["dtype"]);
            Assert.Equal(entry.Shape, header[entry.Name]!["shape"]!.AsArray().Select(axis => (long)axis!));
            Assert.Equal(NumbersOf(entry), SafetensorsBytes.NumbersOf(file, entry.Name));
        }
    }

    [Fact]
    public void Write_ThenOpen_GivesTheSameTensors()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, Write(s_everyType));
            using var file = SafetensorsFile.Open(path);
            Assert.Equal(s_everyType.OrderBy(e => e.Name, StringComparer.Ordinal), file.Entries.OrderBy(e => e.Name, StringComparer.Ordinal));
            Assert.All(s_everyType, entry => Assert.Equal(NumbersOf(entry), file.Read(entry.Name)));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Write_OtherOrderOfEntries_GivesTheSameBytes() => Assert.Equal(Write(s_everyType), Write(s_everyType.Reverse()));

    [Fact]
    public void Write_EachTensor_BeginsAtAMultipleOfItsElementSize()
    {
        var (header, start) = SafetensorsBytes.Parse(Write(s_everyType));
        Assert.All(s_everyType, entry => Assert.Equal(0, (start + (int)header[entry.Name]!["data_offsets"]![0]!) % entry.Type.ByteSize()));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Write_WrongNumberOfBytes_NamesTheTensor(int bytes)
    {
        var error = Assert.Throws<InvalidOperationException>(() => SafetensorsWriter.Write(
            new MemoryStream(), [new("w", SafetensorsType.F32, [1])], (_, stream) => stream.Write(new byte[bytes])));
        Assert.Equal($"Tensor 'w' has 4 bytes, {bytes} were written.", error.Message);
    }

    [Theory]
    [InlineData("w", "w")]
    [InlineData("w", "__metadata__")]
    public void Write_NameIsTaken_Throws(string first, string second) => Assert.Throws<ArgumentException>(
        () => Write([new(first, SafetensorsType.U8, [1]), new(second, SafetensorsType.U8, [1])]));

    private static byte[] Write(IEnumerable<SafetensorsEntry> entries)
    {
        var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, entries, (entry, numbers) => numbers.Write(NumbersOf(entry)));
        return stream.ToArray();
    }

    private static byte[] NumbersOf(SafetensorsEntry entry) =>
        [.. Enumerable.Range(0, (int)entry.ByteCount).Select(i => (byte)((entry.Name.Length * 17) + i))];
}
