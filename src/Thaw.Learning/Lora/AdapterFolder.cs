using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Lora;

/// <summary>An adapter in PEFT's layout: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
public static class AdapterFolder
{
    private const string WeightsName = "adapter_model";

    /// <param name="config">The model that it is for.</param>
    /// <exception cref="IOException">The folder or a file in it is missing.</exception>
    /// <exception cref="InvalidDataException">A file is malformed, asks for what is not read, or does not fit the model; the message names file and place.</exception>
    public static LoraAdapter Read(string folder, DecoderConfig config, Device device = default)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"{folder}: no such folder.");
        }

        var path = Path.Combine(folder, AdapterConfigFile.Name);
        var content = AdapterConfigFile.Read(path);
        using var weights = CheckpointWeights.Open(folder, WeightsName);
        var modules = ModulesOf(weights, config, content.Options);
        CheckTargets(path, content, modules, config);
        var options = content.Options with { Targets = content.Targets ?? [.. modules.Select(LoraTargets.LastName).Distinct()] };
        return new LoraAdapter(options, modules, config, (name, shape) => weights.ReadFloat32(name, shape, device), content.BaseModel);
    }

    /// <summary>For <see cref="DecoderFolder.Read"/>: reads the adapter of a folder; null without a folder.</summary>
    public static Func<DecoderConfig, LoraAdapter>? ReaderOrNull(string? folder, Device device) =>
        folder is null ? null : config => Read(folder, config, device);

    public static void Write(string folder, LoraAdapter adapter)
    {
        AtomicFile.Write(
            Path.Combine(folder, WeightsName + ".safetensors"), stream => TensorTransfer.Write(stream, adapter.Parameters.Select(p => (p.Name, p.Value))));
        var modules = adapter.Pairs.Select(pair => LoraTargets.LastName(pair.Module)).Distinct();
        AdapterConfigFile.Write(Path.Combine(folder, AdapterConfigFile.Name), adapter.Options, modules, adapter.BaseModel);
    }

    /// <summary>Overwrites the factors of an adapter of the same shape with those of a folder.</summary>
    internal static void Restore(string folder, LoraAdapter adapter, Device device)
    {
        using var weights = CheckpointWeights.Open(folder, WeightsName);
        foreach (var parameter in adapter.Parameters)
        {
            parameter.Value.CopyFrom(weights.ReadFloat32(parameter.Name, parameter.Value.Shape.ToArray(), device));
        }
    }

    // In the order of the model. Every tensor must be a factor of a projection, and every factor have its partner.
    private static List<string> ModulesOf(CheckpointWeights weights, DecoderConfig config, LoraOptions options)
    {
        var projections = LoraTargets.ProjectionsOf(config);
        var expected = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach (var (module, (outputs, inputs)) in projections)
        {
            expected.Add(LoraAdapter.FactorName(module, 'A'), [options.Rank, inputs]);
            expected.Add(LoraAdapter.FactorName(module, 'B'), [outputs, options.Rank]);
        }

        foreach (var entry in weights.Entries)
        {
            if (!expected.TryGetValue(entry.Name, out var shape))
            {
                throw new InvalidDataException($"{weights.PathOf(entry.Name)}: tensor '{entry.Name}' is no factor of a projection of this {config.Family} model.");
            }

            if (!entry.Shape.SequenceEqual(shape))
            {
                throw new InvalidDataException(
                    $"{weights.PathOf(entry.Name)}: tensor '{entry.Name}' has shape {entry.ShapeText}, the model and r = {options.Rank} ask for [{string.Join(", ", shape)}].");
            }
        }

        var modules = projections.Keys.Where(module => Has(module, 'A') || Has(module, 'B')).ToList();
        foreach (var (module, factor) in modules.SelectMany(module => new[] { (module, 'A'), (module, 'B') }).Where(f => !Has(f.module, f.Item2)))
        {
            throw new InvalidDataException($"{weights.Folder}: tensor '{LoraAdapter.FactorName(module, factor)}' is missing.");
        }

        return modules.Count > 0 ? modules : throw new InvalidDataException($"{weights.Folder}: the adapter has no tensors.");

        bool Has(string module, char factor) => weights.Find(LoraAdapter.FactorName(module, factor)) is not null;
    }

    // The tensors that are there and the modules that the configuration names must be the same.
    private static void CheckTargets(string path, AdapterConfigFile.Content content, List<string> modules, DecoderConfig config)
    {
        if (content.Targets is not { } targets)
        {
            return;
        }

        var meant = targets is [LoraTargets.AllLinear]
            ? LoraTargets.ProjectionsOf(config).Keys.ToList()
            : [.. LoraTargets.ProjectionsOf(config).Keys.Where(module => targets.Any(target => LoraTargets.IsMeant(target, module)))];
        if (modules.Except(meant).FirstOrDefault() is { } unnamed)
        {
            throw new InvalidDataException($"{path}: key 'target_modules': does not name '{unnamed}', which has tensors.");
        }

        if (content.NamesEveryLayer && meant.Except(modules).FirstOrDefault() is { } absent)
        {
            throw new InvalidDataException($"{path}: key 'target_modules': names '{absent}', which has no tensors.");
        }
    }
}
