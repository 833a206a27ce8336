using System.Text.Json;
using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Collecting;

namespace Thaw.Learning.Studies;

/// <summary>The folder of a study, tied to the settings and the model that it was begun with.</summary>
internal static class StudyFolder
{
    private const string FileName = "study.json";

    /// <exception cref="InvalidDataException">The folder was begun with other settings or another model.</exception>
    public static void Claim(StudyOptions options)
    {
        var identity = new Identity(options with { OutputDir = "" }, FolderHash.Of(options.ModelNameOrPath));
        ClaimedFolder.Claim(Path.Combine(options.OutputDir, FileName), JsonSerializer.Serialize(identity, JsonFormat.Indented) + "\n", "study");
    }

    private sealed record Identity(StudyOptions Options, string ModelSha256);
}
