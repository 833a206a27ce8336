using Thaw.Learning.Generation;
using Thaw.Learning.Lora;
using Thaw.Learning.Models;
using Thaw.Learning.Templates;
using Thaw.Learning.Tokenization;
using Thaw.Torch;

namespace Thaw.Learning.Checkpoints;

/// <summary>A model as it is used: decoder, tokenizer and stop tokens of one Hugging Face folder.</summary>
public sealed class ModelFolder : IDisposable
{
    private ModelFolder(string path, Decoder decoder, BytePairTokenizer tokenizer, IReadOnlyList<int> stopIds) =>
        (Path, Decoder, Tokenizer, StopIds) = (path, decoder, tokenizer, stopIds);

    public string Path { get; }

    public Decoder Decoder { get; }

    public BytePairTokenizer Tokenizer { get; }

    /// <summary>Tokens that end a completion; the first is the one that training puts behind it.</summary>
    public IReadOnlyList<int> StopIds { get; internal set; }

    /// <exception cref="IOException">The folder or a file in it is missing.</exception>
    /// <exception cref="InvalidDataException">A file is malformed, or they do not fit together.</exception>
    /// <param name="makeAdapter">Gives the change of the model's projections, which is not merged into them: see <see cref="AdapterFolder.ReaderOrNull"/>.</param>
    public static ModelFolder Load(
        string path, Device device = default, WeightType type = WeightType.Default, Func<DecoderConfig, LoraAdapter>? makeAdapter = null)
    {
        var decoder = DecoderFolder.Read(path, device, type, makeAdapter);
        try
        {
            var tokenizer = BytePairTokenizer.Load(path);
            if (tokenizer.VocabularySize > decoder.Config.VocabularySize)
            {
                throw new InvalidDataException(
                    $"{path}: the tokenizer has {tokenizer.VocabularySize} tokens, the model an embedding for {decoder.Config.VocabularySize}.");
            }

            return new ModelFolder(path, decoder, tokenizer, GenerationConfigFile.ReadStopIds(path));
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    /// <summary>The model as generator. The caller disposes it, before the model.</summary>
    public LocalGenerator Generator() => new(Decoder, Tokenizer, StopIds);

    /// <summary>Copies all that is beside the weights: configuration, tokenizer, generation settings, chat template.</summary>
    public void CopyExtras(string folder) => CopyExtras(Path, folder);

    /// <summary>For an adapter's folder: the same without <c>config.json</c>, so that it is not taken for a whole model.</summary>
    public void CopyTokenizer(string folder)
    {
        CopyExtras(Path, folder);
        File.Delete(System.IO.Path.Combine(folder, DecoderFolder.ConfigName));
        File.Delete(System.IO.Path.Combine(folder, GenerationConfigFile.Name));
    }

    internal static void CopyExtras(string source, string folder)
    {
        foreach (var file in Directory.EnumerateFiles(source))
        {
            var name = System.IO.Path.GetFileName(file);
            var isExtra = System.IO.Path.GetExtension(name) is ".json" or ".jinja" || name is "merges.txt" or "tokenizer.model";
            if (isExtra && !name.EndsWith(".index.json", StringComparison.Ordinal) && name is not ("trainer_state.json" or AdapterConfigFile.Name))
            {
                File.Copy(file, System.IO.Path.Combine(folder, name), overwrite: true);
            }
        }

        var templates = System.IO.Path.Combine(source, TemplateFolder.AdditionalName);
        if (Directory.Exists(templates))
        {
            var target = Directory.CreateDirectory(System.IO.Path.Combine(folder, TemplateFolder.AdditionalName)).FullName;
            foreach (var file in Directory.EnumerateFiles(templates, "*.jinja"))
            {
                File.Copy(file, System.IO.Path.Combine(target, System.IO.Path.GetFileName(file)), overwrite: true);
            }
        }
    }

    public void Dispose() => Decoder.Dispose();
}
