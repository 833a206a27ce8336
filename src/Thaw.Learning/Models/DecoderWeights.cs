using System.Globalization;
using Thaw.Learning.Lora;
using Thaw.Torch;

namespace Thaw.Learning.Models;

/// <summary>The only place with checkpoint names: which weights a configuration has, their shapes, and where they go.</summary>
public static class DecoderWeights
{
    internal const string Embedding = "model.embed_tokens.weight";
    internal const string FinalNorm = "model.norm.weight";
    internal const string Head = "lm_head.weight";

    /// <summary>Name and shape of every weight, in the order in which checkpoints are written.</summary>
    public static IEnumerable<(string Name, long[] Shape)> ShapesOf(DecoderConfig config)
    {
        long d = config.Width;
        long q = (long)config.QueryHeads * config.HeadWidth;
        long kv = (long)config.KeyValueHeads * config.HeadWidth;
        long f = config.FeedForwardWidth;
        yield return (Embedding, [config.VocabularySize, d]);
        for (var layer = 0; layer < config.Layers; layer++)
        {
            var prefix = Prefix(layer);
            yield return (prefix + "input_layernorm.weight", [d]);
            foreach (var (name, size) in new[] { ("q_proj", q), ("k_proj", kv), ("v_proj", kv) })
            {
                yield return ($"{prefix}self_attn.{name}.weight", [size, d]);
                if (config.HasProjectionBias)
                {
                    yield return ($"{prefix}self_attn.{name}.bias", [size]);
                }
            }

            yield return (prefix + "self_attn.o_proj.weight", [d, q]);
            if (config.HasOutputBias)
            {
                yield return (prefix + "self_attn.o_proj.bias", [d]);
            }

            if (config.HasHeadNorm)
            {
                yield return (prefix + "self_attn.q_norm.weight", [config.HeadWidth]);
                yield return (prefix + "self_attn.k_norm.weight", [config.HeadWidth]);
            }

            yield return (prefix + "post_attention_layernorm.weight", [d]);
            foreach (var (name, outputs, inputs) in new[] { ("gate_proj", f, d), ("up_proj", f, d), ("down_proj", d, f) })
            {
                yield return ($"{prefix}mlp.{name}.weight", [outputs, inputs]);
                if (config.HasFeedForwardBias)
                {
                    yield return ($"{prefix}mlp.{name}.bias", [outputs]);
                }
            }
        }

        yield return (FinalNorm, [d]);
        if (!config.TiesEmbeddings)
        {
            yield return (Head, [config.VocabularySize, d]);
        }
    }

    /// <summary>Where a weight sits: its layer, null outside the layers, and what it is a part of.</summary>
    internal static (int? Layer, WeightKind Kind) PlaceOf(string name)
    {
        var parts = name.Split('.');
        var layer = parts is ["model", "layers", var number, ..] ? int.Parse(number, CultureInfo.InvariantCulture) : (int?)null;
        return (layer, parts switch
        {
            _ when name == Embedding => WeightKind.Embedding,
            _ when name == Head => WeightKind.Output,
            [.., var module, _] when module.EndsWith("norm", StringComparison.Ordinal) => WeightKind.Norm,
            _ => name.Contains(".self_attn.", StringComparison.Ordinal) ? WeightKind.Attention : WeightKind.Mlp,
        });
    }

    internal static DecoderBlock Block(DecoderConfig config, int layer, IReadOnlyDictionary<string, Parameter> weights, LoraAdapter? adapter)
    {
        var prefix = Prefix(layer);
        Linear Projection(string name) => new(weights[$"{prefix}{name}.weight"], weights.GetValueOrDefault($"{prefix}{name}.bias"), adapter?.Find(prefix + name));
        RmsNorm? HeadNorm(string name) => weights.TryGetValue($"{prefix}self_attn.{name}.weight", out var scale) ? new RmsNorm(scale, config.NormEpsilon) : null;
        RmsNorm Norm(string name) => new(weights[$"{prefix}{name}.weight"], config.NormEpsilon);

        return new DecoderBlock(
            Norm("input_layernorm"),
            new Attention(
                config,
                layer,
                Projection("self_attn.q_proj"),
                Projection("self_attn.k_proj"),
                Projection("self_attn.v_proj"),
                Projection("self_attn.o_proj"),
                HeadNorm("q_norm"),
                HeadNorm("k_norm")),
            Norm("post_attention_layernorm"),
            new SwiGlu(Projection("mlp.gate_proj"), Projection("mlp.up_proj"), Projection("mlp.down_proj")));
    }

    private static string Prefix(int layer) => $"model.layers.{layer}.";
}

/// <summary>What a weight is a part of.</summary>
public enum WeightKind
{
    Embedding,
    Attention,
    Mlp,
    Norm,

    /// <summary>The output projection, where it is not tied to the embedding.</summary>
    Output,
}
