using Thaw.Core.Randomness;
using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Lora;

/// <summary>A low-rank change of a frozen model: the pairs of factors of the projections that it is put on. Owns them.</summary>
public sealed class LoraAdapter : IDisposable
{
    private readonly Dictionary<string, LoraPair> _byModule;

    /// <param name="makeFactor">Gives a factor from its name in the file and its shape, float32.</param>
    /// <param name="dropout">Null where the adapter is not trained.</param>
    internal LoraAdapter(
        LoraOptions options,
        IReadOnlyList<string> modules,
        DecoderConfig config,
        Func<string, long[], Tensor> makeFactor,
        string baseModel,
        LoraDropout? dropout = null)
    {
        (Options, BaseModel, Dropout) = (options, baseModel, dropout);
        _byModule = new Dictionary<string, LoraPair>(StringComparer.Ordinal);
        var projections = LoraTargets.ProjectionsOf(config);
        try
        {
            foreach (var module in modules)
            {
                var (outputs, inputs) = projections[module];
                var a = Make(FactorName(module, 'A'), [options.Rank, inputs]);
                try
                {
                    _byModule.Add(module, new LoraPair(module, a, Make(FactorName(module, 'B'), [outputs, options.Rank]), options.Scale, dropout));
                }
                catch
                {
                    a.Dispose();
                    throw;
                }
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        Parameters = [.. _byModule.Values.SelectMany(pair => new[] { pair.A, pair.B })];

        Parameter Make(string name, long[] shape) => new(name, makeFactor(name, shape));
    }

    public LoraOptions Options { get; }

    /// <summary>The model that this was trained on, as it was named then.</summary>
    public string BaseModel { get; }

    public LoraDropout? Dropout { get; }

    /// <summary>By layer; A before B. Names are those of the file.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    public IReadOnlyCollection<LoraPair> Pairs => _byModule.Values;

    /// <summary>An adapter that changes nothing yet: A uniform within 1 / √inputs, B 0, as PEFT begins.</summary>
    /// <remarks>PEFT calls <c>kaiming_uniform_(A, a = √5)</c>, whose bound √(6 / ((1 + 5) · inputs)) is that. The numbers are of our own generator.</remarks>
    /// <exception cref="ArgumentException">A target is no projection of this model.</exception>
    public static LoraAdapter Fresh(DecoderConfig config, LoraOptions options, ulong seed, string baseModel, Device device = default)
    {
        var modules = LoraTargets.Resolve(options.Targets, [.. LoraTargets.ProjectionsOf(config).Keys]);
        return new LoraAdapter(options, modules, config, Make, baseModel, new LoraDropout(options.Dropout, seed));

        Tensor Make(string name, long[] shape)
        {
            if (name == FactorName(ModuleOf(name), 'B'))
            {
                return Tensor.Zeros(shape, DType.Float32, device);
            }

            var random = SplitMix64.For(seed, name);
            var bound = 1.0 / Math.Sqrt(shape[1]);
            var values = new float[shape[0] * shape[1]];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = (float)(bound * ((2.0 * random.NextDouble()) - 1.0));
            }

            using var scope = new TensorScope();
            return scope.Keep(Tensor.FromSpan(values, shape).To(device, DType.Float32));
        }
    }

    /// <summary>The pair on a projection, or null.</summary>
    public LoraPair? Find(string module) => _byModule.GetValueOrDefault(module);

    /// <summary>PEFT's name of a factor: <c>base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight</c>.</summary>
    internal static string FactorName(string module, char factor) => $"{NamePrefix}{module}.lora_{factor}.weight";

    internal const string NamePrefix = "base_model.model.";

    /// <summary>The projection that a factor with a well-formed name belongs to.</summary>
    internal static string ModuleOf(string factorName) => factorName[NamePrefix.Length..^".lora_A.weight".Length];

    /// <summary>An adapter over the same factors in memory that gathers gradients of its own.</summary>
    internal LoraAdapter Replicate(DecoderConfig config) => new(
        Options,
        [.. _byModule.Keys],
        config,
        (name, _) => (name == FactorName(ModuleOf(name), 'A') ? _byModule[ModuleOf(name)].A : _byModule[ModuleOf(name)].B).Value.Detach(),
        BaseModel,
        Dropout?.Replicate());

    public void Dispose()
    {
        foreach (var pair in _byModule.Values)
        {
            pair.Dispose();
        }
    }
}
