using Thaw.Learning.Checkpoints;
using Thaw.Learning.Lora;
using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Analysis;

/// <summary>The weights of a model's folder, or of a LoRA adapter merged into its base, read one by one from the mapped files.</summary>
internal sealed class WeightSource : IDisposable
{
    private readonly CheckpointWeights _weights;
    private readonly DecoderTensors _tensors;
    private readonly LoraAdapter? _adapter;
    private readonly Dictionary<string, LoraPair> _changed;

    private WeightSource(string folder, string modelFolder, LoraAdapter? adapter, DecoderConfig config, CheckpointWeights weights)
    {
        (Folder, ModelFolder, Config, _weights, _adapter) = (folder, modelFolder, config, weights, adapter);
        _tensors = new DecoderTensors(config, weights);
        _changed = (adapter?.Pairs ?? []).ToDictionary(pair => pair.Module + ".weight", StringComparer.Ordinal);
    }

    /// <summary>The folder as it was named: of a model or of an adapter.</summary>
    public string Folder { get; }

    /// <summary>The folder with configuration and tokenizer.</summary>
    public string ModelFolder { get; }

    public DecoderConfig Config { get; }

    /// <summary>In the order of a checkpoint.</summary>
    public IReadOnlyList<string> Names => [.. DecoderWeights.ShapesOf(Config).Select(weight => weight.Name)];

    /// <param name="base">What an adapter is put on; null takes the model that its configuration names. A whole model does not need it.</param>
    /// <exception cref="IOException">A folder or file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is malformed, or adapter and base do not fit together.</exception>
    public static WeightSource Open(string folder, string? @base)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"{folder}: no such folder.");
        }

        var model = IsAdapter(folder) ? @base ?? BaseOf(folder) : folder;
        var config = ConfigFile.Read(Path.Combine(model, DecoderFolder.ConfigName));
        var weights = CheckpointWeights.Open(model);
        LoraAdapter? adapter = null;
        try
        {
            adapter = IsAdapter(folder) ? AdapterFolder.Read(folder, config) : null;
            return new WeightSource(folder, model, adapter, config, weights);
        }
        catch
        {
            adapter?.Dispose();
            weights.Dispose();
            throw;
        }
    }

    public static bool IsAdapter(string folder) => File.Exists(Path.Combine(folder, AdapterConfigFile.Name));

    /// <summary>A new tensor in float64, which holds every stored number exactly; of an adapted matrix the sum.</summary>
    public Tensor Read(string name)
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        var value = _tensors.Read(name, DType.Float64, Device.Cpu);
        return scope.Keep(_changed.TryGetValue(name, out var pair) ? value + pair.Delta().Cast(DType.Float64) : value);
    }

    /// <summary>The element type in the file.</summary>
    public SafetensorsType TypeOf(string name) => _weights.Find(_tensors.StoredName(name))!.Type;

    /// <summary>Makes sure that both have the same tensors of the same shapes.</summary>
    /// <exception cref="InvalidDataException">They have not; the message names the first difference.</exception>
    public void RequireSameShapes(WeightSource other)
    {
        var theirs = DecoderWeights.ShapesOf(other.Config).ToDictionary(weight => weight.Name, weight => weight.Shape, StringComparer.Ordinal);
        foreach (var (name, shape) in DecoderWeights.ShapesOf(Config))
        {
            if (!theirs.Remove(name, out var expected))
            {
                throw new InvalidDataException($"{Folder}: has a tensor '{name}', {other.Folder} has none: these are different architectures.");
            }

            if (!shape.SequenceEqual(expected))
            {
                throw new InvalidDataException($"{Folder}: tensor '{name}' has shape [{string.Join(", ", shape)}], in {other.Folder} it has [{string.Join(", ", expected)}].");
            }
        }

        if (theirs.Keys.FirstOrDefault() is { } missing)
        {
            throw new InvalidDataException($"{Folder}: has no tensor '{missing}', {other.Folder} has one: these are different architectures.");
        }
    }

    public void Dispose()
    {
        _adapter?.Dispose();
        _weights.Dispose();
    }

    private static string BaseOf(string folder)
    {
        var path = Path.Combine(folder, AdapterConfigFile.Name);
        var named = AdapterConfigFile.Read(path).BaseModel;
        return Directory.Exists(named) ? named : throw new InvalidDataException($"{path}: key 'base_model_name_or_path': there is no folder '{named}'; name the base with --base.");
    }
}
