using System.Runtime.CompilerServices;
using System.Text.Json;
using Thaw.Learning.Checkpoints;

namespace Thaw.Learning.Tests.Checkpoints;

public sealed class CheckpointWeightsTests : IDisposable
{
    private const string OneTensor = """{"#":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("qwen3-micro")]
    [InlineData("qwen2-micro")]
    [InlineData("llama3-micro")]
    public void Open_GoldenModel_HasPlausibleNumbers(string name)
    {
        using var weights = CheckpointWeights.Open(Path.Combine(Golden(), name));
        Assert.Equal([384, 64], weights.Find("model.embed_tokens.weight")!.Shape);
        var norm = weights.Read("model.norm.weight").Chunk(4).Select(bytes => BitConverter.ToSingle(bytes)).ToList();
        Assert.Equal(64, norm.Count);

        // The fixture draws norm weights around 1 with standard deviation 0.2: 0.1 is four standard errors of the mean.
        Assert.InRange(norm.Average(), 0.9f, 1.1f);
        Assert.Equal(new FileInfo(weights.PathOf("model.norm.weight")).Length, SizeOfHeader(weights) + weights.Entries.Sum(e => e.ByteCount));
    }

    [Fact]
    public void Open_Shards_AreOneSet()
    {
        SaveShard("model-00001-of-00002.safetensors", "a");
        SaveShard("model-00002-of-00002.safetensors", "b");
        SaveIndex(new() { ["a"] = "model-00001-of-00002.safetensors", ["b"] = "model-00002-of-00002.safetensors" });
        using var weights = CheckpointWeights.Open(_folder.Path);
        Assert.Equal(["a", "b"], weights.Entries.Select(e => e.Name));
        Assert.Equal([0, 1], weights.Read("b"));
    }

    [Fact]
    public void Open_SingleFileBesideShards_IsRead()
    {
        SaveShard("model-00001-of-00001.safetensors", "shard");
        SaveIndex(new() { ["shard"] = "model-00001-of-00001.safetensors" });
        SaveShard("model.safetensors", "single");
        using var weights = CheckpointWeights.Open(_folder.Path);
        Assert.Equal(["single"], weights.Entries.Select(e => e.Name));
    }

    [Fact]
    public void Open_IndexNamesATensorThatItsShardLacks_SaysSo()
    {
        SaveShard("one.safetensors", "a");
        SaveIndex(new() { ["b"] = "one.safetensors" });
        var error = Assert.Throws<InvalidDataException>(() => CheckpointWeights.Open(_folder.Path));
        Assert.Contains("tensor 'b' should be in one.safetensors, but is not", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_ShardIsMissing_NamesIt()
    {
        SaveIndex(new() { ["b"] = "two.safetensors" });
        var error = Assert.Throws<FileNotFoundException>(() => CheckpointWeights.Open(_folder.Path));
        Assert.Contains("the shard two.safetensors is missing", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../one.safetensors")]
    [InlineData("..")]
    [InlineData("")]
    public void Open_ShardOutsideTheFolder_IsRefused(string shard)
    {
        SaveIndex(new() { ["a"] = shard });
        var error = Assert.Throws<InvalidDataException>(() => CheckpointWeights.Open(_folder.Path));
        Assert.Contains("which is not a file name", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "'weight_map' is missing")]
    [InlineData("""{"weight_map":{"a":1}}""", "'a'")]
    [InlineData("""{"weight_map":{"a":"x","a":"y"}}""", "listed twice")]
    [InlineData("""{"weight_map":""", "not valid JSON")]
    public void Open_MalformedIndex_SaysWhere(string json, string clue)
    {
        File.WriteAllText(_folder["model.safetensors.index.json"], json);
        var error = Assert.Throws<InvalidDataException>(() => CheckpointWeights.Open(_folder.Path));
        Assert.Contains(clue, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_EmptyFolder_NamesBothFiles()
    {
        var error = Assert.Throws<FileNotFoundException>(() => CheckpointWeights.Open(_folder.Path));
        Assert.Contains("no model.safetensors and no model.safetensors.index.json", error.Message, StringComparison.Ordinal);
    }

    private static string Golden([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "golden", "models"));

    private static long SizeOfHeader(CheckpointWeights weights)
    {
        using var stream = File.OpenRead(weights.PathOf(weights.Entries[0].Name));
        var length = new byte[8];
        stream.ReadExactly(length);
        return 8 + BitConverter.ToInt64(length);
    }

    private void SaveShard(string file, string tensor) =>
        File.WriteAllBytes(_folder[file], SafetensorsBytes.Make(OneTensor.Replace("#", tensor, StringComparison.Ordinal), 2));

    private void SaveIndex(Dictionary<string, string> map) =>
        File.WriteAllText(_folder["model.safetensors.index.json"], JsonSerializer.Serialize(new { weight_map = map }));
}
