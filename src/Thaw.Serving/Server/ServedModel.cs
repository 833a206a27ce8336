using System.Security.Cryptography;
using System.Text;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Generation;
using Thaw.Learning.Templates;
using Thaw.Learning.Tokenization;
using Decoder = Thaw.Learning.Models.Decoder;

namespace Thaw.Serving.Server;

/// <summary>What a server serves: the parts of a model that requests need, and its name.</summary>
/// <param name="Names">Under which it is asked for; the first is the one it tells.</param>
/// <param name="Template">Null where the model has no chat template; then it takes part in no chat.</param>
/// <param name="Fingerprint">Changes when the model does.</param>
public sealed record ServedModel(
    IReadOnlyList<string> Names, Decoder Decoder, BytePairTokenizer Tokenizer, IReadOnlyList<int> StopIds, ChatTemplate? Template, string Fingerprint)
{
    private const int SampledBytes = 1 << 16;
    private const int SampledPlaces = 16;

    public string Name => Names[0];

    /// <summary>A model folder under the name of the folder, and under the path by which it was given.</summary>
    /// <param name="folder">Stays the caller's; it must outlive the server.</param>
    /// <param name="name">Another name; null takes that of the folder.</param>
    /// <param name="adapter">Folder of the adapter that it was loaded with, or null.</param>
    /// <exception cref="FormatException">The chat template is malformed.</exception>
    public static ServedModel Of(ModelFolder folder, string? name = null, string? adapter = null)
    {
        var own = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder.Path)));
        return new ServedModel(
            [.. new[] { name ?? own, folder.Path }.Distinct()], folder.Decoder, folder.Tokenizer, folder.StopIds, ChatTemplate.Find(folder.Path), FingerprintOf(adapter is null ? [folder.Path] : [folder.Path, adapter]));
    }

    internal GenerationEngine Engine(EngineLimits limits) => new(Decoder, Tokenizer, StopIds, limits);

    // Whole checkpoints would take minutes to read, so of each file its length and samples from all over it.
    private static string FingerprintOf(IEnumerable<string> folders)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[SampledBytes];
        foreach (var path in folders.SelectMany(folder => Directory.EnumerateFiles(folder).Where(IsPartOfTheModel).Order(StringComparer.Ordinal)))
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
        Path.GetExtension(path) is ".safetensors" or ".jinja" || Path.GetFileName(path) is DecoderFolder.ConfigName or "tokenizer.json" or "tokenizer_config.json" or GenerationConfigFile.Name;
}
