using Thaw.Core.Text;
using Thaw.Learning.Models;

namespace Thaw.Learning.Lora;

/// <summary>Which projections of a decoder an adapter is put on.</summary>
public static class LoraTargets
{
    /// <summary>Every projection of every layer; as in PEFT, not the output layer.</summary>
    public const string AllLinear = "all-linear";

    private const string Weight = ".weight";

    /// <summary>The projections of all layers, [outputs, inputs] by name: <c>model.layers.0.self_attn.q_proj</c>.</summary>
    public static IReadOnlyDictionary<string, (long Outputs, long Inputs)> ProjectionsOf(DecoderConfig config) => DecoderWeights.ShapesOf(config)
        .Where(weight => weight.Shape.Length == 2 && weight.Name.Contains(".layers.", StringComparison.Ordinal))
        .ToDictionary(weight => weight.Name[..^Weight.Length], weight => (weight.Shape[0], weight.Shape[1]), StringComparer.Ordinal);

    /// <summary>The names among <paramref name="modules"/> that are meant, in their order.</summary>
    /// <exception cref="ArgumentException">A target is none of them; the message names it and the nearest one.</exception>
    public static IReadOnlyList<string> Resolve(IReadOnlyList<string> targets, IReadOnlyCollection<string> modules)
    {
        if (targets is [AllLinear])
        {
            return [.. modules];
        }

        if (targets.Count == 0)
        {
            throw new ArgumentException("No target module is named.");
        }

        foreach (var target in targets.Where(target => !modules.Any(module => IsMeant(target, module))))
        {
            var known = modules.Select(LastName).Distinct().Append(AllLinear).ToList();
            throw new ArgumentException($"'{target}' is no projection of the layers; the nearest known target is '{NearestName.FindOrNull(target, known)}'.");
        }

        return [.. modules.Where(module => targets.Any(target => IsMeant(target, module)))];
    }

    /// <summary>PEFT's rule: the whole name, or its end behind a dot.</summary>
    public static bool IsMeant(string target, string module) =>
        module == target || (module.EndsWith(target, StringComparison.Ordinal) && module.Length > target.Length && module[^(target.Length + 1)] == '.');

    /// <summary>The last part of a module's name: <c>q_proj</c>.</summary>
    public static string LastName(string module) => module[(module.LastIndexOf('.') + 1)..];
}
