using Thaw.Learning.Checkpoints;

namespace Thaw.Learning.Tests.Checkpoints;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_FileMadeByHand_GivesTensorsInFileOrder()
    {
        using var file = SafetensorsFile.Open(Save(SafetensorsBytes.Make(
            """{"__metadata__":{"format":"pt"},"b":{"dtype":"I32","shape":[2],"data_offsets":[2,10]},"a":{"dtype":"BF16","shape":[],"data_offsets":[0,2]}}""", 10)));
        Assert.Equal([new SafetensorsEntry("a", SafetensorsType.BF16, []), new SafetensorsEntry("b", SafetensorsType.I32, [2])], file.Entries);
        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal([2, 3, 4, 5, 6, 7, 8, 9], file.Read("b"));
    }

    [Fact]
    public void Read_FromAByteOn_GivesThePart()
    {
        using var file = SafetensorsFile.Open(Save(SafetensorsBytes.Make("""{"a":{"dtype":"U8","shape":[6],"data_offsets":[0,6]}}""", 6)));
        var part = new byte[2];
        file.Read("a", part, start: 3);
        Assert.Equal([3, 4], part);
    }

    [Fact]
    public void Read_PastTheTensor_IsRefusedThoughTheFileGoesOn()
    {
        using var file = SafetensorsFile.Open(Save(SafetensorsBytes.Make(
            """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", 4)));
        Assert.Throws<ArgumentException>(() => file.Read("a", new byte[2], start: 1));
    }

    [Fact]
    public void Read_UnknownName_NamesFileAndTensor()
    {
        using var file = SafetensorsFile.Open(Save(SafetensorsBytes.Make("{}", 0)));
        var error = Assert.Throws<ArgumentException>(() => file.Read("lm_head.weight"));
        Assert.Contains("there is no tensor 'lm_head.weight'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_GapBetweenTensors_IsAllowed()
    {
        using var file = SafetensorsFile.Open(Save(SafetensorsBytes.Make(
            """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[5,6]}}""", 9)));
        Assert.Equal([5], file.Read("b"));
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "tensor 'a': its numbers lie at 0 to 8, but the file has 7 bytes of numbers")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "tensor 'a': its numbers lie at 8 to 0")]
    [InlineData("""{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "tensor 'a': F32 of shape [3] does not fill exactly the 8 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,8]}}""", 8, "does not fill exactly")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "tensor 'a': 'shape'")]
    [InlineData("""{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""", 8, "tensor 'a': 'shape'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4,8]}}""", 8, "tensor 'a': 'data_offsets'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "tensor 'a': 'data_offsets'")]
    [InlineData("""{"a":{"dtype":"F8_E4M3","shape":[2],"data_offsets":[0,2]}}""", 2, "tensor 'a': dtype 'F8_E4M3' is not supported")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,2]}}""", 2, "tensor 'a': 'dtype' is missing")]
    [InlineData("""{"a":[1,2]}""", 2, "tensor 'a': its description is not a JSON object")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3, "tensor 'b': its numbers overlap those of 'a'")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2, "'a' is listed twice")]
    [InlineData("""{"__metadata__":{"format":1}}""", 0, "'__metadata__'")]
    [InlineData("""{"\ud800":{}}""", 0, "not valid JSON")]
    [InlineData("""[]""", 0, "not a JSON object")]
    [InlineData("""{"a":""", 0, "not valid JSON")]
    public void Open_MalformedFile_SaysFileAndCause(string header, int dataBytes, string clue)
    {
        var path = Save(SafetensorsBytes.Make(header, dataBytes));
        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(clue, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3L, 40, "not valid JSON")]
    [InlineData(43L, 40, "the header says it has 43 bytes, but only 42 follow")]
    [InlineData(long.MaxValue, 40, "but only 42 follow")]
    [InlineData(-1L, 40, "but only 42 follow")]
    public void Open_WrongHeaderLength_SaysBothNumbers(long claimed, int dataBytes, string clue)
    {
        var path = Save(SafetensorsBytes.Make("{}", dataBytes, claimed));
        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));
        Assert.Contains(clue, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_HugeHeader_IsRefusedBeforeItIsRead()
    {
        var path = _folder["sparse.safetensors"];
        using (var stream = File.Create(path))
        {
            stream.Write(BitConverter.GetBytes(150_000_000L));
            stream.SetLength(200_000_000);
        }

        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));
        Assert.Contains("more than the 100000000 allowed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_EveryTruncationOfAFile_IsAnInvalidDataException()
    {
        var whole = SafetensorsBytes.Make("""{"a":{"dtype":"U8","shape":[6],"data_offsets":[0,6]}}""", 6);
        for (var length = 0; length < whole.Length; length++)
        {
            var path = Save(whole[..length]);
            Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path));
        }
    }

    [Fact]
    public void Open_MissingFile_IsFileNotFound() =>
        Assert.Throws<FileNotFoundException>(() => SafetensorsFile.Open(_folder["none.safetensors"]));

    private string Save(byte[] bytes)
    {
        var path = _folder["model.safetensors"];
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
