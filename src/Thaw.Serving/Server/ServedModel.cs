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
            [.. new[] { name ?? own, folder.Path }.Distinct()], folder.Decoder, folder.Tokenizer, folder.StopIds, ChatTemplate.Find(folder.Path), ModelFingerprint.Of(folder.Path, adapter));
    }

    internal GenerationEngine Engine(EngineLimits limits) => new(Decoder, Tokenizer, StopIds, limits);
}
