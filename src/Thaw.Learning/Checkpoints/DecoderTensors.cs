using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Checkpoints;

/// <summary>The tensors of a checkpoint under the names of <see cref="DecoderWeights"/>, checked against a configuration before any is read.</summary>
/// <remarks>
/// Handled: names without <c>model.</c> (a model saved without its head), a tied head that is stored all the same, a tied pair of which
/// only the head is stored, and <c>rotary_emb.inv_freq</c>, which older programs stored and which follows from the configuration.
/// </remarks>
internal sealed class DecoderTensors
{
    private const string Prefix = "model.";

    private readonly CheckpointWeights _weights;
    private readonly DecoderConfig _config;
    private readonly bool _isBare;

    /// <exception cref="InvalidDataException">A tensor is missing, has another shape or is not of numbers, or is not known to the architecture.</exception>
    public DecoderTensors(DecoderConfig config, CheckpointWeights weights)
    {
        (_config, _weights) = (config, weights);
        _isBare = weights.Find(DecoderWeights.Embedding) is null && weights.Find(DecoderWeights.Embedding[Prefix.Length..]) is not null;

        // Ends at the first that is missing, so a configuration with a billion layers costs no more than the tensors that are there.
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, shape) in DecoderWeights.ShapesOf(config))
        {
            known.Add(Check(name, shape).Name);
        }

        RefuseStrangers(known);
    }

    /// <summary>A new tensor in the given type on the given device, straight from the mapped file.</summary>
    public Tensor Read(string name, DType dtype, Device device) => _weights.ReadAs(StoredName(name), dtype, device);

    /// <summary>The name in the file.</summary>
    public string StoredName(string name)
    {
        var stored = _isBare && name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
        return name == DecoderWeights.Embedding && _config.TiesEmbeddings && _weights.Find(stored) is null ? DecoderWeights.Head : stored;
    }

    private SafetensorsEntry Check(string name, long[] shape)
    {
        var entry = _weights.Find(StoredName(name)) ?? throw new InvalidDataException(
            $"{_weights.Folder}: tensor '{name}' is missing{(name == DecoderWeights.Head ? ", and tie_word_embeddings is not true" : "")}.");
        if (!entry.Shape.SequenceEqual(shape))
        {
            throw Bad(entry, $"has shape {entry.ShapeText}, the configuration asks for [{string.Join(", ", shape)}]");
        }

        return entry.Type.TorchType() is not null ? entry : throw Bad(entry, $"is {entry.Type.Spelling()}; F32, BF16, F16 or F64 is expected");
    }

    // A weight that nobody reads means another architecture.
    private void RefuseStrangers(HashSet<string> known)
    {
        var stranger = _weights.Entries.FirstOrDefault(entry => !known.Contains(entry.Name)
            && entry.Name != DecoderWeights.Head
            && !entry.Name.EndsWith("rotary_emb.inv_freq", StringComparison.Ordinal));
        if (stranger is not null)
        {
            throw Bad(stranger, $"is not part of a {_config.Family} model");
        }
    }

    private InvalidDataException Bad(SafetensorsEntry entry, string cause) => new($"{_weights.PathOf(entry.Name)}: tensor '{entry.Name}' {cause}.");
}
