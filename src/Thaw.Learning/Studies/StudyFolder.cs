using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Collecting;

namespace Thaw.Learning.Studies;

/// <summary>The folder of a study, tied to the settings and the model that it was begun with.</summary>
public static class StudyFolder
{
    private const string FileName = "study.json";

    /// <exception cref="InvalidDataException">The folder was begun with other settings or another model.</exception>
    internal static void Claim(StudyOptions options)
    {
        var identity = new Identity(options with { OutputDir = "" }, FolderHash.Of(options.ModelNameOrPath), [.. options.DataInputs().Select(input => input.Sha256!)]);
        ClaimedFolder.Claim(Path.Combine(options.OutputDir, FileName), JsonSerializer.Serialize(identity, JsonFormat.Indented) + "\n", "study");
    }

    /// <summary>In which type the study of a folder multiplies; null where none was begun there.</summary>
    public static bool? Bf16OrNull(string folder)
    {
        // By this key alone: whatever else an older version wrote is for Claim to judge.
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))?["options"]?["training"]?["bf16"]?.GetValue<bool>() : null;
    }

    private sealed record Identity(StudyOptions Options, string ModelSha256, IReadOnlyList<string> DataSha256);
}
