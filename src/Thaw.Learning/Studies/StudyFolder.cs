using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Core.Storage;

namespace Thaw.Learning.Studies;

/// <summary>The folder of a study, tied to the settings and the model that it was begun with.</summary>
public static class StudyFolder
{
    private const string FileName = "study.json";

    /// <summary>Claims a new folder, or makes sure that an old one is of the same study, so that its results may be reused.</summary>
    /// <exception cref="InvalidDataException">The folder was begun with other settings or another model.</exception>
    internal static void Claim(StudyOptions options)
    {
        var identity = JsonSerializer.Serialize(new Identity(options with { OutputDir = "" }, HashOf(options.ModelNameOrPath)), JsonFormat.Indented) + "\n";
        var path = Path.Combine(options.OutputDir, FileName);
        if (!File.Exists(path))
        {
            AtomicFile.WriteText(path, identity);
            return;
        }

        var (old, now) = (File.ReadAllText(path).Split('\n'), identity.Split('\n'));
        var line = Enumerable.Range(0, Math.Max(old.Length, now.Length)).FirstOrDefault(i => old.ElementAtOrDefault(i) != now.ElementAtOrDefault(i), -1);
        if (line >= 0)
        {
            throw new InvalidDataException(
                $"{path}: this folder holds a study with other settings: line {line + 1} says {Shown(old, line)}, now it is {Shown(now, line)}. Choose another --out, or delete the folder.");
        }
    }

    /// <summary>In which type the study of a folder multiplies; null where none was begun there.</summary>
    public static bool? Bf16OrNull(string folder)
    {
        // By this key alone: whatever else an older version wrote is for Claim to judge.
        var path = Path.Combine(folder, FileName);
        return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))?["options"]?["training"]?["bf16"]?.GetValue<bool>() : null;
    }

    private static string Shown(string[] lines, int index) => index < lines.Length ? lines[index].Trim().TrimEnd(',') : "nothing";

    private static string HashOf(string model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.EnumerateFiles(model).Where(IsPartOfModel).Order(StringComparer.Ordinal))
        {
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsPartOfModel(string file) => Path.GetExtension(file) is ".safetensors" or ".json";

    private sealed record Identity(StudyOptions Options, string ModelSha256);
}
