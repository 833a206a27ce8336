using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Core.Storage;
using Thaw.Learning.Models;

namespace Thaw.Learning.Checkpoints;

/// <summary>Reads and writes a Hugging Face <c>config.json</c>.</summary>
/// <remarks>Where a key is missing, the default is that of the architecture's own configuration class in transformers.</remarks>
public static class ConfigFile
{
    private const int Qwen3HeadWidth = 128;
    private const int UsualWindowLayers = 28;

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">Not JSON, a key is missing or has the wrong kind, or an architecture that is not read; the message names file and key.</exception>
    public static DecoderConfig Read(string path)
    {
        var keys = JsonKeys.Read(path);
        var family = ReadFamily(keys);
        keys.Refuse("quantization_config", "quantised checkpoints are not read");
        keys.Refuse("compression_config", "quantised checkpoints are not read");
        if (keys.Has("hidden_act") && keys.String("hidden_act") is not ("silu" or "swish"))
        {
            throw keys.Error("hidden_act", $"'{keys.String("hidden_act")}' is not read. Known: silu");
        }

        var layers = keys.Int("num_hidden_layers");
        RefuseSlidingWindow(keys, layers);
        var width = keys.Int("hidden_size");
        var heads = keys.Int("num_attention_heads");
        var keyValueHeads = keys.Int("num_key_value_heads", heads);
        if (heads % keyValueHeads != 0)
        {
            throw keys.Error("num_key_value_heads", $"{heads} query heads cannot share {keyValueHeads} key/value heads evenly");
        }

        var headWidth = keys.Int("head_dim", family == DecoderFamily.Qwen3 ? Qwen3HeadWidth : width / heads);
        if (headWidth == 0 || headWidth % 2 != 0)
        {
            throw keys.Error("head_dim", $"{headWidth} is not a positive even number, and a rotary embedding turns pairs");
        }

        var (ropeBase, scaling) = RopeKeys.Read(keys);
        var config = new DecoderConfig
        {
            Family = family,
            VocabularySize = keys.Int("vocab_size"),
            Layers = layers,
            Width = width,
            QueryHeads = heads,
            KeyValueHeads = keyValueHeads,
            HeadWidth = headWidth,
            FeedForwardWidth = keys.Int("intermediate_size"),
            MaxPositions = keys.Int("max_position_embeddings"),
            NormEpsilon = keys.PositiveNumber("rms_norm_eps", 1e-6),
            RopeBase = ropeBase,
            RopeScaling = scaling,
            TiesEmbeddings = keys.Bool("tie_word_embeddings", false),
            // Qwen2's biases are fixed in its architecture: the key says nothing there.
            HasAttentionBias = family != DecoderFamily.Qwen2 && keys.Bool("attention_bias", false),
            HasFeedForwardBias = family == DecoderFamily.Llama && keys.Bool("mlp_bias", false),
            InitialDeviation = keys.PositiveNumber("initializer_range", 0.02),
        };
        return HasCountableWeights(config) ? config : throw keys.Error("hidden_size", "with the other sizes it makes more weights than 64 bits count");
    }

    public static void Write(string path, DecoderConfig config, int endOfTextId)
    {
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(Architecture(config.Family)),
            ["model_type"] = ModelType(config.Family),
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
            ["rope_scaling"] = RopeKeys.WriteScaling(config.RopeScaling),
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
        if (config.HasFeedForwardBias)
        {
            json["mlp_bias"] = true;
        }

        AtomicFile.WriteText(path, json.ToJsonString(s_indented) + "\n");
    }

    /// <summary>Makes the configuration of a copied model say in which type its weights are written now, under the name that it uses for that.</summary>
    public static void SetWeightType(string path, string type)
    {
        var json = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
        var key = json.ContainsKey("dtype") && !json.ContainsKey("torch_dtype") ? "dtype" : "torch_dtype";
        if (json[key]?.ToJsonString() != $"\"{type}\"")
        {
            json[key] = type;
            AtomicFile.WriteText(path, json.ToJsonString(s_indented) + "\n");
        }
    }

    private static bool HasCountableWeights(DecoderConfig config)
    {
        try
        {
            return config.ParameterCount > 0;
        }
        catch (OverflowException)
        {
            return false;
        }
    }

    private static string ModelType(DecoderFamily family) => family switch
    {
        DecoderFamily.Qwen2 => "qwen2",
        DecoderFamily.Qwen3 => "qwen3",
        _ => "llama",
    };

    private static string Architecture(DecoderFamily family) => $"{family}ForCausalLM";

    private static DecoderFamily ReadFamily(JsonKeys keys)
    {
        var type = keys.String("model_type");
        DecoderFamily? found = Enum.GetValues<DecoderFamily>().Cast<DecoderFamily?>().FirstOrDefault(f => ModelType(f!.Value) == type);
        var family = found ?? throw keys.Error("model_type", $"'{type}' is not read. Known: {string.Join(", ", Enum.GetValues<DecoderFamily>().Select(ModelType))}");

        // A classifier or reward model of the same type has other weights behind the last layer.
        var architectures = keys.Strings("architectures");
        return architectures.Count == 0 || architectures.Contains(Architecture(family))
            ? family
            : throw keys.Error("architectures", $"'{string.Join(", ", architectures)}' is not read. Known for {type}: {Architecture(family)}");
    }

    // Published models carry the keys switched off. Qwen's code lets layers from max_window_layers on slide; where sliding_window is missing it is
    // 4096 there, and only a null is none.
    private static void RefuseSlidingWindow(JsonKeys keys, int layers)
    {
        if (keys.Bool("use_sliding_window", false) && !keys.IsNull("sliding_window") && keys.WholeNumber("max_window_layers", UsualWindowLayers) < layers)
        {
            throw keys.Error("use_sliding_window", "sliding-window attention is not read");
        }

        var kinds = keys.Strings("layer_types");
        if (kinds.Count > 0 && kinds.Count != layers)
        {
            throw keys.Error("layer_types", $"names {kinds.Count} layers, but num_hidden_layers is {layers}");
        }

        if (kinds.FirstOrDefault(kind => kind != "full_attention") is { } other)
        {
            throw keys.Error("layer_types", $"'{other}' is not read. Known: full_attention");
        }
    }
}
