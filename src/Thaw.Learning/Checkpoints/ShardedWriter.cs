using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Core.Storage;

namespace Thaw.Learning.Checkpoints;

/// <summary>Writes the weights of a model as one file or, beyond a size, as shards with an index: names and cuts are Hugging Face's.</summary>
public static class ShardedWriter
{
    /// <summary>5 GB, as in <c>save_pretrained</c>.</summary>
    public const long DefaultShardBytes = 5_000_000_000;

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <param name="entries">In the order of the checkpoint; a shard is closed before the tensor that would make it larger than allowed.</param>
    /// <param name="maxShardBytes">Of numbers; a single larger tensor is a shard of its own.</param>
    /// <param name="writeNumbers">As in <see cref="SafetensorsWriter.Write"/>; called shard by shard.</param>
    public static void Write(string folder, IEnumerable<SafetensorsEntry> entries, long maxShardBytes, Action<SafetensorsEntry, Stream> writeNumbers)
    {
        var shards = Cut(entries, maxShardBytes);
        var index = Path.Combine(folder, DecoderFolder.WeightsName + ".index.json");
        if (shards.Count == 1)
        {
            AtomicFile.Write(Path.Combine(folder, DecoderFolder.WeightsName), stream => SafetensorsWriter.Write(stream, shards[0], writeNumbers));

            // What is left of shards would mislead whoever looks at the folder.
            File.Delete(index);
            return;
        }

        var map = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < shards.Count; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"model-{i + 1:00000}-of-{shards.Count:00000}.safetensors");
            AtomicFile.Write(Path.Combine(folder, name), stream => SafetensorsWriter.Write(stream, shards[i], writeNumbers));
            shards[i].ForEach(entry => map.Add(entry.Name, name));
        }

        var json = new JsonObject
        {
            ["metadata"] = new JsonObject { ["total_size"] = shards.Sum(shard => shard.Sum(entry => entry.ByteCount)) },
            ["weight_map"] = new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
        };
        AtomicFile.WriteText(index, json.ToJsonString(s_indented) + "\n");

        // A single file beside it would be read in its stead.
        File.Delete(Path.Combine(folder, DecoderFolder.WeightsName));
    }

    private static List<List<SafetensorsEntry>> Cut(IEnumerable<SafetensorsEntry> entries, long maxShardBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxShardBytes);
        var shards = new List<List<SafetensorsEntry>> { new() };
        var bytes = 0L;
        foreach (var entry in entries)
        {
            if (bytes > 0 && bytes + entry.ByteCount > maxShardBytes)
            {
                shards.Add([]);
                bytes = 0;
            }

            shards[^1].Add(entry);
            bytes += entry.ByteCount;
        }

        return shards;
    }
}
