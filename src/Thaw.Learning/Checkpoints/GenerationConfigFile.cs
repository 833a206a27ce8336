using System.Text.Json.Nodes;
using Thaw.Core.Storage;

namespace Thaw.Learning.Checkpoints;

/// <summary>The token ids that end a completion, from <c>generation_config.json</c> or, where that is missing, <c>config.json</c>.</summary>
public static class GenerationConfigFile
{
    public const string Name = "generation_config.json";

    /// <exception cref="InvalidDataException">A malformed file, or no <c>eos_token_id</c> in either.</exception>
    public static IReadOnlyList<int> ReadStopIds(string folder)
    {
        var own = Path.Combine(folder, Name);
        var fromOwn = File.Exists(own) ? JsonKeys.Read(own).Ints("eos_token_id") : [];
        var config = Path.Combine(folder, DecoderFolder.ConfigName);
        var ids = fromOwn.Count > 0 ? fromOwn : JsonKeys.Read(config).Ints("eos_token_id");
        return ids.Count > 0 ? ids : throw new InvalidDataException($"{config}: key 'eos_token_id': missing, and {Name} has none.");
    }

    /// <summary>Whether the folder's own <c>generation_config.json</c> names such tokens.</summary>
    /// <exception cref="InvalidDataException">A malformed file.</exception>
    public static bool HasStopIds(string folder) => Path.Combine(folder, Name) is var own && File.Exists(own) && JsonKeys.Read(own).Ints("eos_token_id").Count > 0;

    /// <summary>Names these tokens, and leaves every other key of the file as it is; makes the file where there is none.</summary>
    public static void SetStopIds(string folder, IReadOnlyList<int> stopIds)
    {
        var path = Path.Combine(folder, Name);
        var json = File.Exists(path) ? JsonNode.Parse(File.ReadAllBytes(path))!.AsObject() : [];
        json["eos_token_id"] = new JsonArray([.. stopIds.Select(id => (JsonNode)id)]);
        AtomicFile.WriteText(path, json.ToJsonString() + "\n");
    }

    public static void Write(string folder, IReadOnlyList<int> stopIds, int padId)
    {
        var json = new JsonObject
        {
            ["eos_token_id"] = new JsonArray([.. stopIds.Select(id => (JsonNode)id)]),
            ["pad_token_id"] = padId,
            ["do_sample"] = false,
            ["transformers_version"] = "4.51.0",
        };
        AtomicFile.WriteText(Path.Combine(folder, Name), json.ToJsonString() + "\n");
    }
}
