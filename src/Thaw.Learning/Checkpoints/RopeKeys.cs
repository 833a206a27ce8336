using System.Text.Json.Nodes;
using Thaw.Learning.Models;

namespace Thaw.Learning.Checkpoints;

/// <summary>The keys of <c>config.json</c> about the rotary embedding, in the spellings of transformers 4 and 5.</summary>
/// <remarks>
/// Version 4 writes <c>rope_theta</c> and, where frequencies are scaled, <c>rope_scaling</c>; version 5 writes both into <c>rope_parameters</c>.
/// The kind of scaling is <c>rope_type</c>, before 4.43 <c>type</c>. Where both objects are there, version 5 takes <c>rope_scaling</c> unless it is empty.
/// </remarks>
internal static class RopeKeys
{
    private const double DefaultBase = 10_000;

    public static (double Base, RopeScaling? Scaling) Read(JsonKeys keys)
    {
        RefusePartial(keys);
        if (keys.Bool("use_mrope", false))
        {
            throw keys.Error("use_mrope", "multimodal rotation is not read");
        }

        var scaling = keys.ObjectOrNull("rope_scaling");
        var parameters = scaling is not null && !keys.IsEmpty("rope_scaling") ? scaling : keys.ObjectOrNull("rope_parameters");
        if (parameters is not null)
        {
            parameters.Refuse("full_attention", "a rotary embedding for each kind of layer is not read");
            RefusePartial(parameters);
        }

        var own = keys.PositiveNumber("rope_theta", DefaultBase);
        return (parameters?.PositiveNumber("rope_theta", own) ?? own, ReadScaling(parameters));
    }

    public static JsonObject? WriteScaling(RopeScaling? scaling) => scaling is null ? null : new JsonObject
    {
        ["rope_type"] = "llama3",
        ["factor"] = scaling.Factor,
        ["low_freq_factor"] = scaling.LowFrequencyFactor,
        ["high_freq_factor"] = scaling.HighFrequencyFactor,
        ["original_max_position_embeddings"] = scaling.OriginalMaxPositions,
    };

    private static void RefusePartial(JsonKeys keys)
    {
        if (keys.Number("partial_rotary_factor", 1) != 1)
        {
            throw keys.Error("partial_rotary_factor", "heads that are rotated in part are not read");
        }
    }

    private static RopeScaling? ReadScaling(JsonKeys? scaling)
    {
        if (scaling is null)
        {
            return null;
        }

        var key = scaling.Has("rope_type") || !scaling.Has("type") ? "rope_type" : "type";
        var type = scaling.Has(key) ? scaling.String(key) : "default";
        return type switch
        {
            "default" => null,
            "llama3" => Llama3(scaling),
            _ => throw scaling.Error(key, $"'{type}' is not read. Known: default, llama3"),
        };
    }

    private static RopeScaling Llama3(JsonKeys scaling)
    {
        var read = new RopeScaling(
            scaling.PositiveNumber("factor"),
            scaling.PositiveNumber("low_freq_factor"),
            scaling.PositiveNumber("high_freq_factor"),
            scaling.Int("original_max_position_embeddings"));
        return read.LowFrequencyFactor < read.HighFrequencyFactor
            ? read
            : throw scaling.Error("high_freq_factor", "must be greater than low_freq_factor");
    }
}
