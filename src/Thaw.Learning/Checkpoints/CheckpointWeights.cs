using System.Text.Json;
using Thaw.Torch;

namespace Thaw.Learning.Checkpoints;

/// <summary>The tensors of a checkpoint folder as one set, whether they lie in one safetensors file or in shards.</summary>
public sealed class CheckpointWeights : IDisposable
{
    private readonly Dictionary<string, SafetensorsFile> _fileOf;
    private readonly IReadOnlyList<SafetensorsFile> _files;

    private CheckpointWeights(string folder, IReadOnlyList<SafetensorsFile> files, Dictionary<string, SafetensorsFile> fileOf)
    {
        Folder = folder;
        _files = files;
        _fileOf = fileOf;
        Entries = [.. files.SelectMany(file => file.Entries.Where(entry => fileOf.GetValueOrDefault(entry.Name) == file))];
    }

    public string Folder { get; }

    /// <summary>File by file, in the order of the numbers in each.</summary>
    public IReadOnlyList<SafetensorsEntry> Entries { get; }

    /// <summary>Opens <c>{name}.safetensors</c>, or else <c>{name}.safetensors.index.json</c> with its shards: transformers looks in this order too.</summary>
    /// <exception cref="FileNotFoundException">The folder has neither, or a shard of the index is missing.</exception>
    /// <exception cref="InvalidDataException">A file breaks its format; the message names file, place and cause.</exception>
    public static CheckpointWeights Open(string folder, string name = "model")
    {
        var index = Path.Combine(folder, $"{name}.safetensors.index.json");
        var single = Path.Combine(folder, $"{name}.safetensors");
        if (!File.Exists(single))
        {
            return File.Exists(index)
                ? OpenShards(folder, index)
                : throw new FileNotFoundException($"{folder}: there is no {name}.safetensors and no {name}.safetensors.index.json.", single);
        }

        var file = SafetensorsFile.Open(single);
        return new CheckpointWeights(folder, [file], file.Entries.ToDictionary(e => e.Name, _ => file, StringComparer.Ordinal));
    }

    /// <returns>The tensor of this name, or null.</returns>
    public SafetensorsEntry? Find(string name) => _fileOf.GetValueOrDefault(name)?.Find(name);

    /// <inheritdoc cref="SafetensorsFile.Read(string, Span{byte}, long)"/>
    public void Read(string name, Span<byte> destination, long start = 0) => FileOf(name).Read(name, destination, start);

    /// <inheritdoc cref="SafetensorsFile.Read(string)"/>
    public byte[] Read(string name) => FileOf(name).Read(name);

    /// <inheritdoc cref="SafetensorsFile.Fill"/>
    internal void Fill(string name, Tensor target, DType stored) => FileOf(name).Fill(name, target, stored);

    /// <summary>The path of the file that holds the tensor, for messages.</summary>
    public string PathOf(string name) => FileOf(name).Path;

    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }

    private SafetensorsFile FileOf(string name) => _fileOf.GetValueOrDefault(name)
        ?? throw new ArgumentException($"{Folder}: there is no tensor '{name}'.", nameof(name));

    private static CheckpointWeights OpenShards(string folder, string index)
    {
        var shardOf = ReadWeightMap(index);
        var files = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        try
        {
            var fileOf = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
            foreach (var (name, shard) in shardOf)
            {
                if (!files.TryGetValue(shard, out var file))
                {
                    file = OpenShard(folder, index, shard);
                    files.Add(shard, file);
                }

                if (file.Find(name) is null)
                {
                    throw new InvalidDataException($"{index}: tensor '{name}' should be in {shard}, but is not.");
                }

                fileOf.Add(name, file);
            }

            return new CheckpointWeights(folder, [.. files.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Value)], fileOf);
        }
        catch
        {
            foreach (var file in files.Values)
            {
                file.Dispose();
            }

            throw;
        }
    }

    private static SafetensorsFile OpenShard(string folder, string index, string shard)
    {
        // A checkpoint may come from a stranger: its index must not lead out of its folder.
        if (shard != Path.GetFileName(shard) || shard is "" or "." or "..")
        {
            throw new InvalidDataException($"{index}: weight_map names '{shard}', which is not a file name.");
        }

        var path = Path.Combine(folder, shard);
        return File.Exists(path) ? SafetensorsFile.Open(path) : throw new FileNotFoundException($"{index}: the shard {shard} is missing.", path);
    }

    private static Dictionary<string, string> ReadWeightMap(string index)
    {
        try
        {
            using var document = JsonDocument.Parse(BoundedFile.Read(index, SafetensorsHeader.MaxHeaderBytes));
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("weight_map", out var map) || map.ValueKind != JsonValueKind.Object)
            {
                throw new InvalidDataException($"{index}: 'weight_map' is missing or not an object.");
            }

            var shardOf = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var property in map.EnumerateObject())
            {
                if (property.Value.ValueKind != JsonValueKind.String || !shardOf.TryAdd(property.Name, property.Value.GetString()!))
                {
                    throw new InvalidDataException($"{index}: weight_map: '{property.Name}' is listed twice or not mapped to a file name.");
                }
            }

            return shardOf;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{index}: not valid JSON: {JsonFault.Describe(error)}", error);
        }
    }
}
