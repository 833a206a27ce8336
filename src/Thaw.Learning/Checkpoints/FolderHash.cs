using System.Security.Cryptography;

namespace Thaw.Learning.Checkpoints;

/// <summary>One hash over the weights and the JSON files of a model's folder, by which results name the model that they are of.</summary>
internal static class FolderHash
{
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static string Of(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"{folder}: no such folder.");
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        foreach (var file in Directory.EnumerateFiles(folder).Where(IsPartOfModel).Order(StringComparer.Ordinal))
        {
            using var stream = File.OpenRead(file);
            while (stream.Read(buffer) is > 0 and var count)
            {
                hash.AppendData(buffer, 0, count);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static bool IsPartOfModel(string file) => Path.GetExtension(file) is ".safetensors" or ".json";
}
