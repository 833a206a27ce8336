using System.Text.Json.Nodes;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Lora;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Lora;

public sealed class AdapterFolderTests : IDisposable
{
    /// <summary>Key by key what PEFT 0.15 writes for a language model.</summary>
    private const string PeftConfig = """
        {
          "alpha_pattern": {}, "auto_mapping": null, "base_model_name_or_path": "Qwen/Qwen3-0.6B", "bias": "none", "corda_config": null, "eva_config": null,
          "exclude_modules": null, "fan_in_fan_out": false, "inference_mode": true, "init_lora_weights": true, "layer_replication": null, "layers_pattern": null,
          "layers_to_transform": null, "loftq_config": {}, "lora_alpha": 6, "lora_bias": false, "lora_dropout": 0.05, "megatron_config": null,
          "megatron_core": "megatron.core", "modules_to_save": null, "peft_type": "LORA", "r": 2, "rank_pattern": {}, "revision": null,
          "target_modules": ["q_proj", "down_proj"], "task_type": "CAUSAL_LM", "trainable_token_indices": null, "use_dora": false, "use_rslora": false
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ThenRead_GivesTheSameAdapter()
    {
        using var model = LoraAdapterTests.Adapted(dropout: 0.25);
        AdapterFolder.Write(_folder.Path, model.Adapter!);

        using var read = AdapterFolder.Read(_folder.Path, model.Config);

        Assert.Equal(model.Adapter!.Options with { Targets = [] }, read.Options with { Targets = [] });
        Assert.Equal("base", read.BaseModel);
        Assert.Equal(model.Adapter.Parameters.Select(p => p.Name), read.Parameters.Select(p => p.Name));
        Assert.All(model.Adapter.Parameters.Zip(read.Parameters), pair => Assert.Equal(pair.First.Value.ToFloats(), pair.Second.Value.ToFloats()));

        // What PEFT looks for.
        var json = JsonNode.Parse(File.ReadAllText(_folder["adapter_config.json"]))!;
        Assert.Equal("LORA CAUSAL_LM none 3 5 0.25 False", $"{json["peft_type"]} {json["task_type"]} {json["bias"]} {json["r"]} {json["lora_alpha"]} {json["lora_dropout"]} {(bool)json["use_rslora"]!}");
        Assert.Equal(["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"], json["target_modules"]!.AsArray().Select(name => (string?)name));
    }

    [Fact]
    public void Read_WhatPeftWrites_IsTheSumOfBaseAndFactors()
    {
        WriteByHand(PeftConfig);
        using var scope = new TensorScope();
        using var adapter = AdapterFolder.Read(_folder.Path, TinyModels.Config);

        Assert.Equal("q_proj down_proj q_proj down_proj", string.Join(' ', adapter.Pairs.Select(pair => LoraTargets.LastName(pair.Module))));
        Assert.Equal("Qwen/Qwen3-0.6B", adapter.BaseModel);
        Assert.Equal(3.0, adapter.Options.Scale);

        // Row o, column i of 3 B A, with B[o, k] = o + k and A[k, i] = (k + 1) (i - 2), worked out by hand: o = 4, i = 5: 3 (4·1·3 + 5·2·3).
        var delta = adapter.Find("model.layers.1.self_attn.q_proj")!.Delta();
        Assert.Equal([32, 16], delta.Shape.ToArray());
        Assert.Equal(126.0, delta.Select(0, 4).ToDoubles()[5]);
    }

    [Fact]
    public void Read_TargetsAsARegularExpression_TakesThoseThatHaveTensors()
    {
        WriteByHand(With("target_modules", "\".*\\\\.(q|down)_proj\""));
        using var adapter = AdapterFolder.Read(_folder.Path, TinyModels.Config);
        Assert.Equal(4, adapter.Pairs.Count);
    }

    [Theory]
    [InlineData("peft_type", "\"IA3\"", "'IA3' is not read. Known: LORA.")]
    [InlineData("peft_type", null, "missing.")]
    [InlineData("task_type", "\"SEQ_CLS\"", "'SEQ_CLS' is not read. Known: CAUSAL_LM.")]
    [InlineData("bias", "\"lora_only\"", "'lora_only' is not read. Known: none.")]
    [InlineData("use_dora", "true", "is not read; only false is.")]
    [InlineData("fan_in_fan_out", "true", "is not read; only false is.")]
    [InlineData("modules_to_save", "[\"lm_head\"]", "is not read; only an empty value is.")]
    [InlineData("rank_pattern", "{\"q_proj\":4}", "is not read; only an empty value is.")]
    [InlineData("trainable_token_indices", "[1]", "is not read; only an empty value is.")]
    [InlineData("init_lora_weights", "\"pissa_niter_4\"", "'pissa_niter_4' changes the base model, which is not read.")]
    [InlineData("r", "0", "a positive whole number is expected.")]
    [InlineData("r", null, "missing.")]
    [InlineData("lora_alpha", "-1", "a positive number is expected.")]
    [InlineData("lora_dropout", "1", "must lie from 0 to below 1.")]
    [InlineData("target_modules", "[]", "names no module.")]
    [InlineData("target_modules", "[1]", "strings are expected.")]
    [InlineData("target_modules", "[\"q_proj\"]", "does not name 'model.layers.0.mlp.down_proj', which has tensors.")]
    [InlineData("target_modules", "\"all-linear\"", "names 'model.layers.0.self_attn.k_proj', which has no tensors.")]
    public void Read_WhatIsNotSupported_NamesTheKey(string key, string? value, string cause)
    {
        WriteByHand(With(key, value));

        var error = Assert.Throws<InvalidDataException>(() => AdapterFolder.Read(_folder.Path, TinyModels.Config));

        Assert.Equal($"{_folder["adapter_config.json"]}: key '{key}': {cause}", error.Message);
    }

    [Fact]
    public void Read_LayersTakenOut_NeedNoTensors()
    {
        WriteByHand(With("layers_to_transform", "[0, 1]"), name => !name.Contains("layers.1.mlp", StringComparison.Ordinal));
        using var adapter = AdapterFolder.Read(_folder.Path, TinyModels.Config);
        Assert.Equal(3, adapter.Pairs.Count);
    }

    [Fact]
    public void Read_AFactorWithoutItsPartner_NamesTheMissingOne()
    {
        WriteByHand(PeftConfig, name => name != "base_model.model.model.layers.0.mlp.down_proj.lora_B.weight");
        AssertRefused(": tensor 'base_model.model.model.layers.0.mlp.down_proj.lora_B.weight' is missing.");
    }

    [Fact]
    public void Read_AnotherRankThanTheConfigurationSays_GivesBothShapes()
    {
        WriteByHand(With("r", "4"));
        AssertRefused("lora_A.weight' has shape [2, 24], the model and r = 4 ask for [4, 24].");
    }

    [Fact]
    public void Read_OnAnEmbedding_IsRefusedByName()
    {
        WriteByHand(PeftConfig, rename: name => name.Replace("layers.0.mlp.down_proj.lora_A.weight", "embed_tokens.lora_embedding_A", StringComparison.Ordinal));
        AssertRefused("tensor 'base_model.model.model.embed_tokens.lora_embedding_A' is no factor of a projection of this Qwen3 model.");
    }

    [Fact]
    public void Read_NoFolderOrNoFile_NamesIt()
    {
        Assert.Contains("no such folder", Assert.Throws<DirectoryNotFoundException>(() => AdapterFolder.Read(_folder["none"], TinyModels.Config)).Message, StringComparison.Ordinal);
        Assert.Contains("adapter_config.json: no such file", Assert.Throws<FileNotFoundException>(() => AdapterFolder.Read(_folder.Path, TinyModels.Config)).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder["adapter_config.json"], PeftConfig);
        Assert.Contains("no adapter_model.safetensors", Assert.Throws<FileNotFoundException>(() => AdapterFolder.Read(_folder.Path, TinyModels.Config)).Message, StringComparison.Ordinal);
    }

    private static string With(string key, string? value)
    {
        var json = JsonNode.Parse(PeftConfig)!.AsObject();
        json.Remove(key);
        if (value is not null)
        {
            json[key] = JsonNode.Parse(value);
        }

        return json.ToJsonString();
    }

    private void AssertRefused(string clue)
    {
        var before = LiveTensors.Count();
        var error = Assert.Throws<InvalidDataException>(() => AdapterFolder.Read(_folder.Path, TinyModels.Config));
        Assert.StartsWith(_folder.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains(clue, error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Tensor.LiveCount);
    }

    // Rank 2 on q_proj [32, 16] and down_proj [16, 24] of both layers, in bfloat16 as a large model's adapter would be.
    private void WriteByHand(string config, Func<string, bool>? isKept = null, Func<string, string>? rename = null)
    {
        using var scope = new TensorScope();
        File.WriteAllText(_folder["adapter_config.json"], config);
        var tensors = new List<(string, Tensor)>();
        foreach (var (module, outputs, inputs) in new[] { ("self_attn.q_proj", 32, 16), ("mlp.down_proj", 16, 24) })
        {
            for (var layer = 0; layer < 2; layer++)
            {
                var prefix = $"base_model.model.model.layers.{layer}.{module}.lora_";
                Add(prefix + "A.weight", 2, inputs, (k, i) => (k + 1) * (i - 2));
                Add(prefix + "B.weight", outputs, 2, (o, k) => o + k);
            }
        }

        using var file = File.Create(_folder["adapter_model.safetensors"]);
        TensorTransfer.Write(file, tensors);

        void Add(string name, int rows, int columns, Func<int, int, float> value)
        {
            if (isKept?.Invoke(name) != false)
            {
                float[] values = [.. Enumerable.Range(0, rows * columns).Select(n => value(n / columns, n % columns))];
                tensors.Add((rename?.Invoke(name) ?? name, Tensor.FromSpan(values, rows, columns).Cast(DType.BFloat16)));
            }
        }
    }
}
