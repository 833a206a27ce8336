using System.Security.Cryptography;
using System.Text;
using Thaw.Learning.Lora;

namespace Thaw.Learning.Checkpoints;

/// <summary>A short name of all in a folder that decides what a model says; it changes when the model does.</summary>
public static class ModelFingerprint
{
    private const int SampledBytes = 1 << 16;
    private const int SampledPlaces = 16;

    /// <remarks>Whole checkpoints would take minutes to read, so of each file its length and samples from all over it.</remarks>
    /// <param name="adapter">Folder of the adapter on the model, or null.</param>
    /// <returns><c>fp_</c> and sixteen hexadecimal digits.</returns>
    public static string Of(string folder, string? adapter = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[SampledBytes];
        foreach (var path in new[] { folder, adapter }.OfType<string>().SelectMany(part => Directory.EnumerateFiles(part).Where(IsPartOfTheModel).Order(StringComparer.Ordinal)))
        {
            using var stream = File.OpenRead(path);
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(path)}/{stream.Length}\n"));
            for (var place = 0; place < SampledPlaces; place++)
            {
                stream.Position = stream.Length / SampledPlaces * place;
                hash.AppendData(buffer.AsSpan(0, stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)));
            }
        }

        return $"fp_{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8))}";
    }

    private static bool IsPartOfTheModel(string path) =>
        Path.GetExtension(path) is ".safetensors" or ".jinja"
        || Path.GetFileName(path) is DecoderFolder.ConfigName or "tokenizer.json" or "tokenizer_config.json" or GenerationConfigFile.Name or AdapterConfigFile.Name;
}
