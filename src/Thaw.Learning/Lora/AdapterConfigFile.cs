using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;

namespace Thaw.Learning.Lora;

/// <summary>Reads and writes PEFT's <c>adapter_config.json</c>.</summary>
internal static class AdapterConfigFile
{
    public const string Name = "adapter_config.json";

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    // PEFT begins these by changing the base model itself, so their factors alone do not say what was trained.
    private static readonly string[] s_changesBase = ["pissa", "olora", "corda", "loftq", "loraga"];

    // Keys whose value would change the arithmetic, or add weights, in a way that is not computed here.
    private static readonly string[] s_mustBeEmpty =
    [
        "modules_to_save", "rank_pattern", "alpha_pattern", "layer_replication", "megatron_config", "trainable_token_indices", "target_parameters",
        "loftq_config", "alora_invocation_tokens", "arrow_config",
    ];

    private static readonly string[] s_mustBeFalse = ["use_dora", "use_qalora", "fan_in_fan_out", "lora_bias"];

    /// <param name="Targets">Null where the file names them by a regular expression: the tensors say which they are.</param>
    /// <param name="NamesEveryLayer">False where the file takes layers or modules out, so that not every target has tensors.</param>
    public sealed record Content(LoraOptions Options, IReadOnlyList<string>? Targets, string BaseModel, bool NamesEveryLayer);

    /// <exception cref="InvalidDataException">A key is missing, of the wrong kind, or asks for what is not read; the message names file and key.</exception>
    public static Content Read(string path)
    {
        var keys = JsonKeys.Read(path);
        if (keys.String("peft_type") is not "LORA" and var type)
        {
            throw keys.Error("peft_type", $"'{type}' is not read. Known: LORA");
        }

        if (keys.Has("task_type") && keys.String("task_type") is not "CAUSAL_LM" and var task)
        {
            throw keys.Error("task_type", $"'{task}' is not read. Known: CAUSAL_LM");
        }

        if (keys.Has("bias") && keys.String("bias") is not "none" and var bias)
        {
            throw keys.Error("bias", $"'{bias}' is not read. Known: none");
        }

        foreach (var key in s_mustBeFalse.Where(key => keys.Bool(key, false)))
        {
            throw keys.Error(key, "is not read; only false is");
        }

        foreach (var key in s_mustBeEmpty.Where(key => !keys.IsEmpty(key)))
        {
            throw keys.Error(key, "is not read; only an empty value is");
        }

        if (keys.IsString("init_lora_weights") && s_changesBase.Any(way => keys.String("init_lora_weights").StartsWith(way, StringComparison.OrdinalIgnoreCase)))
        {
            throw keys.Error("init_lora_weights", $"'{keys.String("init_lora_weights")}' changes the base model, which is not read");
        }

        var targets = keys.IsString("target_modules")
            ? keys.String("target_modules") == LoraTargets.AllLinear ? [LoraTargets.AllLinear] : null
            : keys.Strings("target_modules");
        if (targets is { Count: 0 })
        {
            throw keys.Error("target_modules", "names no module");
        }

        var dropout = keys.Number("lora_dropout", 0);
        if (dropout is < 0 or >= 1)
        {
            throw keys.Error("lora_dropout", "must lie from 0 to below 1");
        }

        var options = new LoraOptions(keys.Int("r"), keys.PositiveNumber("lora_alpha"), dropout, targets ?? [], keys.Bool("use_rslora", false));
        var baseModel = keys.Has("base_model_name_or_path") ? keys.String("base_model_name_or_path") : "";
        return new Content(options, targets, baseModel, keys.IsEmpty("layers_to_transform") && keys.IsEmpty("exclude_modules"));
    }

    /// <param name="modules">Last parts of the names, as PEFT stores them.</param>
    public static void Write(string path, LoraOptions options, IEnumerable<string> modules, string baseModel)
    {
        var json = new JsonObject
        {
            ["alpha_pattern"] = new JsonObject(),
            ["auto_mapping"] = null,
            ["base_model_name_or_path"] = baseModel,
            ["bias"] = "none",
            ["fan_in_fan_out"] = false,
            ["inference_mode"] = true,
            ["init_lora_weights"] = true,
            ["layers_pattern"] = null,
            ["layers_to_transform"] = null,
            ["lora_alpha"] = options.Alpha == Math.Floor(options.Alpha) && options.Alpha < int.MaxValue ? (int)options.Alpha : options.Alpha,
            ["lora_dropout"] = options.Dropout,
            ["modules_to_save"] = null,
            ["peft_type"] = "LORA",
            ["r"] = options.Rank,
            ["rank_pattern"] = new JsonObject(),
            ["revision"] = null,
            ["target_modules"] = new JsonArray([.. modules.Select(module => (JsonNode)module)]),
            ["task_type"] = "CAUSAL_LM",
            ["use_dora"] = false,
            ["use_rslora"] = options.IsRankStabilized,
        };
        AtomicFile.WriteText(path, json.ToJsonString(s_indented) + "\n");
    }
}
