using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Core.Storage;
using Thaw.Learning.Models;

namespace Thaw.Learning.Checkpoints;

/// <summary>Reads and writes a Hugging Face <c>config.json</c>.</summary>
public static class ConfigFile
{
    /// <exception cref="InvalidDataException">Not JSON, a key is missing or has the wrong kind, or an architecture that is not read; the message names file and key.</exception>
    public static DecoderConfig Read(string path)
    {
        var keys = JsonKeys.Read(path);
        var type = keys.String("model_type");
        var family = type switch
        {
            "qwen2" => DecoderFamily.Qwen2,
            "qwen3" => DecoderFamily.Qwen3,
            "llama" => DecoderFamily.Llama,
            _ => throw keys.Error("model_type", $"'{type}' is not read. Known: qwen2, qwen3, llama"),
        };
        keys.Refuse("quantization_config", "quantised checkpoints are not read");
        if (keys.Has("hidden_act") && keys.String("hidden_act") != "silu")
        {
            throw keys.Error("hidden_act", $"'{keys.String("hidden_act")}' is not read. Known: silu");
        }

        if (keys.Bool("use_sliding_window", false))
        {
            throw keys.Error("use_sliding_window", "sliding-window attention is not read");
        }

        var width = keys.Int("hidden_size");
        var heads = keys.Int("num_attention_heads");
        var keyValueHeads = keys.Int("num_key_value_heads", heads);
        if (heads % keyValueHeads != 0)
        {
            throw keys.Error("num_key_value_heads", $"{heads} query heads cannot share {keyValueHeads} key/value heads evenly");
        }

        var headWidth = keys.Int("head_dim", width / heads);
        if (headWidth == 0 || headWidth % 2 != 0)
        {
            throw keys.Error("head_dim", $"{headWidth} is not a positive even number, and a rotary embedding turns pairs");
        }

        var rope = keys.ObjectOrNull("rope_parameters");
        return new DecoderConfig
        {
            Family = family,
            VocabularySize = keys.Int("vocab_size"),
            Layers = keys.Int("num_hidden_layers"),
            Width = width,
            QueryHeads = heads,
            KeyValueHeads = keyValueHeads,
            HeadWidth = headWidth,
            FeedForwardWidth = keys.Int("intermediate_size"),
            MaxPositions = keys.Int("max_position_embeddings"),
            NormEpsilon = keys.Number("rms_norm_eps", 1e-6),
            RopeBase = rope?.Number("rope_theta", 10_000) ?? keys.Number("rope_theta", 10_000),
            RopeScaling = ReadScaling(rope ?? keys.ObjectOrNull("rope_scaling")),
            TiesEmbeddings = keys.Bool("tie_word_embeddings", false),
            InitialDeviation = keys.Number("initializer_range", 0.02),
        };
    }

    public static void Write(string path, DecoderConfig config, int endOfTextId)
    {
        var (type, architecture) = config.Family switch
        {
            DecoderFamily.Qwen2 => ("qwen2", "Qwen2ForCausalLM"),
            DecoderFamily.Qwen3 => ("qwen3", "Qwen3ForCausalLM"),
            _ => ("llama", "LlamaForCausalLM"),
        };
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(architecture),
            ["model_type"] = type,
            ["vocab_size"] = config.VocabularySize,
            ["hidden_size"] = config.Width,
            ["intermediate_size"] = config.FeedForwardWidth,
            ["num_hidden_layers"] = config.Layers,
            ["num_attention_heads"] = config.QueryHeads,
            ["num_key_value_heads"] = config.KeyValueHeads,
            ["head_dim"] = config.HeadWidth,
            ["max_position_embeddings"] = config.MaxPositions,
            ["rms_norm_eps"] = config.NormEpsilon,
            ["rope_theta"] = config.RopeBase,
            ["rope_scaling"] = WriteScaling(config.RopeScaling),
            ["tie_word_embeddings"] = config.TiesEmbeddings,
            ["initializer_range"] = config.InitialDeviation,
            ["hidden_act"] = "silu",
            ["attention_bias"] = config.HasProjectionBias,
            ["attention_dropout"] = 0.0,
            ["use_cache"] = true,
            ["use_sliding_window"] = false,
            ["eos_token_id"] = endOfTextId,
            ["torch_dtype"] = "float32",
        };
        AtomicFile.WriteText(path, json.ToJsonString(s_indented) + "\n");
    }

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    private static RopeScaling? ReadScaling(JsonKeys? scaling)
    {
        if (scaling is null)
        {
            return null;
        }

        var type = scaling.Has("rope_type") ? scaling.String("rope_type") : scaling.Has("type") ? scaling.String("type") : "default";
        return type switch
        {
            "default" => null,
            "llama3" => new RopeScaling(
                scaling.Number("factor"),
                scaling.Number("low_freq_factor"),
                scaling.Number("high_freq_factor"),
                scaling.Int("original_max_position_embeddings")),
            _ => throw scaling.Error("rope_type", $"'{type}' is not read. Known: default, llama3"),
        };
    }

    private static JsonObject? WriteScaling(RopeScaling? scaling) => scaling is null ? null : new JsonObject
    {
        ["rope_type"] = "llama3",
        ["factor"] = scaling.Factor,
        ["low_freq_factor"] = scaling.LowFrequencyFactor,
        ["high_freq_factor"] = scaling.HighFrequencyFactor,
        ["original_max_position_embeddings"] = scaling.OriginalMaxPositions,
    };
}
