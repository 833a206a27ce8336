using System.Text.Json.Nodes;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Models;

namespace Thaw.Learning.Tests.Checkpoints;

/// <summary>One model in all the spellings of <c>config.json</c> that are in use, and what must be refused by its key.</summary>
public sealed class ConfigSpellingTests : IDisposable
{
    private const string Llama3 = """{"rope_type":"llama3","factor":32.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":8192}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Qwen3-0.6B", "rope_scaling", """{"rope_type":"default"}""")]
    [InlineData("Qwen3-0.6B", "rope_scaling", """{"type":"default"}""")]
    [InlineData("Qwen3-0.6B", "rope_theta", null, "rope_parameters", """{"rope_theta":1000000,"rope_type":"default"}""")]
    [InlineData("Qwen3-0.6B", "rope_parameters", """{"rope_type":"default"}""")]
    [InlineData("Qwen3-0.6B", "rope_theta", null, "rope_scaling", """{"rope_theta":1000000,"rope_type":"default"}""")]
    [InlineData("Llama-3.2-1B", "rope_scaling", "{}", "rope_parameters", Llama3)]
    [InlineData("Qwen3-0.6B", "torch_dtype", null, "dtype", "\"bfloat16\"")]
    [InlineData("Qwen3-0.6B", "head_dim", null)]
    [InlineData("Qwen3-0.6B", "attention_bias", null, "use_sliding_window", null)]
    [InlineData("Qwen3-0.6B", "sliding_window", "4096")]
    [InlineData("Qwen3-0.6B", "use_sliding_window", "true")]
    [InlineData("Qwen3-0.6B", "use_sliding_window", "true", "sliding_window", "4096")]
    [InlineData("Qwen3-0.6B", "architectures", null)]
    [InlineData("Qwen3-0.6B", "hidden_act", "\"swish\"")]
    [InlineData("Qwen3-0.6B", "partial_rotary_factor", "1.0")]
    [InlineData("Qwen2.5-0.5B", "head_dim", "64")]
    [InlineData("Qwen2.5-0.5B", "attention_bias", "false")]
    [InlineData("Qwen2.5-7B", "tie_word_embeddings", null)]
    [InlineData("Llama-3.2-1B", "head_dim", null)]
    [InlineData("Llama-3.2-1B", "head_dim", "null")]
    [InlineData("Llama-3.2-1B", "rope_scaling", null, "rope_parameters", Llama3)]
    [InlineData("Llama-3.2-1B", "mlp_bias", null)]
    public void Read_AnotherSpelling_IsTheSameModel(string name, string key, string? value, string? other = null, string? otherValue = null) =>
        Assert.Equal(ConfigFile.Read(PublishedConfigTests.PathOf(name)), ConfigFile.Read(Change(name, (key, value), (other, otherValue))));

    [Fact]
    public void Read_LayerTypesThatAreAllFull_IsTheSameModel() => Assert.Equal(
        ConfigFile.Read(PublishedConfigTests.PathOf("Qwen3-0.6B")),
        ConfigFile.Read(Change("Qwen3-0.6B", ("layer_types", "[" + string.Join(',', Enumerable.Repeat("\"full_attention\"", 28)) + "]"))));

    [Theory]
    [InlineData("model_type", "\"qwen3_moe\"", "'qwen3_moe' is not read. Known: qwen2, qwen3, llama")]
    [InlineData("architectures", """["Qwen3ForSequenceClassification"]""", "'Qwen3ForSequenceClassification' is not read. Known for qwen3: Qwen3ForCausalLM")]
    [InlineData("architectures", "\"Qwen3ForCausalLM\"", "a list of strings is expected")]
    [InlineData("use_sliding_window", "true", "sliding-window attention is not read", "sliding_window", "4096", "max_window_layers", "20")]
    [InlineData("use_sliding_window", "true", "sliding-window attention is not read", "sliding_window", null, "max_window_layers", "20")]
    [InlineData("hidden_size", "2147483646", "with the other sizes it makes more weights than 64 bits count", "head_dim", "2147483646", "num_hidden_layers", "2147483647")]
    [InlineData("layer_types", """["full_attention"]""", "names 1 layers, but num_hidden_layers is 28")]
    [InlineData("layer_types", """["sliding_attention"]""", "'sliding_attention' is not read. Known: full_attention", "num_hidden_layers", "1")]
    [InlineData("quantization_config", """{"quant_method":"awq"}""", "quantised checkpoints are not read")]
    [InlineData("use_mrope", "true", "multimodal rotation is not read")]
    [InlineData("partial_rotary_factor", "0.5", "heads that are rotated in part are not read")]
    [InlineData("rope_theta", "0", "a positive number is expected")]
    [InlineData("rope_theta", "1e999", "a number is expected")]
    [InlineData("rope_theta", "\"1e6\"", "a number is expected")]
    [InlineData("rms_norm_eps", "-1e-6", "a positive number is expected")]
    [InlineData("num_hidden_layers", "0", "a positive whole number is expected")]
    [InlineData("num_hidden_layers", "3000000000", "a positive whole number is expected")]
    [InlineData("num_hidden_layers", "28.5", "a positive whole number is expected")]
    [InlineData("attention_bias", "\"no\"", "true or false is expected")]
    public void Read_WhatIsNotSupported_NamesTheKey(
        string key, string value, string cause, string? second = null, string? secondValue = null, string? third = null, string? thirdValue = null) =>
        AssertRefused($"key '{key}': {cause}.", (key, value), (second, secondValue), (third, thirdValue));

    [Theory]
    [InlineData("rope_scaling", """{"type":"linear","factor":2}""", "rope_scaling.type': 'linear' is not read. Known: default, llama3.")]
    [InlineData("rope_scaling", """{"rope_type":"yarn","type":"default","factor":2}""", "rope_scaling.rope_type': 'yarn' is not read.")]
    [InlineData("rope_parameters", """{"rope_type":"dynamic"}""", "rope_parameters.rope_type': 'dynamic' is not read.")]
    [InlineData("rope_parameters", """{"full_attention":{"rope_theta":10000}}""", "rope_parameters.full_attention': a rotary embedding for each kind of layer is not read.")]
    [InlineData("rope_parameters", """{"rope_theta":-1}""", "rope_parameters.rope_theta': a positive number is expected.")]
    [InlineData("rope_scaling", """{"rope_type":"llama3","factor":8,"low_freq_factor":4,"high_freq_factor":4,"original_max_position_embeddings":8192}""", "rope_scaling.high_freq_factor': must be greater than low_freq_factor.")]
    [InlineData("rope_scaling", """{"rope_type":"llama3","factor":0}""", "rope_scaling.factor': a positive number is expected.")]
    [InlineData("rope_scaling", "[]", "rope_scaling': an object is expected.")]
    public void Read_ARotationThatIsNotSupported_NamesTheInnerKey(string key, string value, string clue) => AssertRefused(clue, (key, value));

    [Fact]
    public void Read_AttentionBiasOfLlama_IsOnAllFourProjectionsAndMlpBiasOnTheOtherThree()
    {
        var names = DecoderWeights.ShapesOf(ConfigFile.Read(Change("Llama-3.2-1B", ("attention_bias", "true"), ("mlp_bias", "true"))))
            .Where(w => w.Name.StartsWith("model.layers.3.", StringComparison.Ordinal) && w.Name.EndsWith(".bias", StringComparison.Ordinal))
            .Select(w => $"{w.Name.Split('.')[^2]} {w.Shape[0]}");

        Assert.Equal(["q_proj 2048", "k_proj 512", "v_proj 512", "o_proj 2048", "gate_proj 8192", "up_proj 8192", "down_proj 2048"], names);
    }

    [Theory]
    [InlineData("2", new[] { 2 })]
    [InlineData("[128001,128008,128009]", new[] { 128001, 128008, 128009 })]
    public void ReadStopIds_OneNumberOrAList_GivesAll(string json, int[] expected)
    {
        File.WriteAllText(_folder["generation_config.json"], $$"""{"eos_token_id":{{json}}}""");

        Assert.Equal(expected, GenerationConfigFile.ReadStopIds(_folder.Path));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("[1,\"2\"]")]
    [InlineData("\"2\"")]
    [InlineData("{}")]
    [InlineData("1.5")]
    public void ReadStopIds_OfAnotherKind_NamesFileAndKey(string json)
    {
        File.WriteAllText(_folder["generation_config.json"], $$"""{"eos_token_id":{{json}}}""");

        var error = Assert.Throws<InvalidDataException>(() => GenerationConfigFile.ReadStopIds(_folder.Path));

        Assert.Equal($"{_folder["generation_config.json"]}: key 'eos_token_id': a whole number from 0 is expected, or a list of them.", error.Message);
    }

    [Fact]
    public void SetWeightType_UnderEitherName_ChangesThatOneAlone()
    {
        var old = Change("Qwen3-0.6B");
        ConfigFile.SetWeightType(old, "float32");
        Assert.Equal("float32", (string?)JsonNode.Parse(File.ReadAllText(old))!["torch_dtype"]);
        Assert.Equal(ConfigFile.Read(PublishedConfigTests.PathOf("Qwen3-0.6B")), ConfigFile.Read(old));

        var current = Change("Qwen3-0.6B", ("torch_dtype", null), ("dtype", "\"bfloat16\""));
        ConfigFile.SetWeightType(current, "float32");
        var json = JsonNode.Parse(File.ReadAllText(current))!.AsObject();
        Assert.Equal("float32", (string?)json["dtype"]);
        Assert.False(json.ContainsKey("torch_dtype"));
    }

    private void AssertRefused(string clue, params (string? Key, string? Value)[] changes)
    {
        var path = Change("Qwen3-0.6B", changes);
        var error = Assert.Throws<InvalidDataException>(() => ConfigFile.Read(path));

        Assert.StartsWith(path + ": key '", error.Message, StringComparison.Ordinal);
        Assert.Contains(clue, error.Message, StringComparison.Ordinal);
    }

    // A published configuration with some keys replaced; null takes a key out. By hand, because no writer writes 1e999.
    private string Change(string name, params (string? Key, string? Value)[] changes)
    {
        var json = JsonNode.Parse(File.ReadAllText(PublishedConfigTests.PathOf(name)))!.AsObject();
        foreach (var (key, _) in changes)
        {
            json.Remove(key ?? "");
        }

        var added = string.Concat(changes.Where(c => c.Value is not null).Select(c => $", \"{c.Key}\": {c.Value}"));
        File.WriteAllText(_folder["config.json"], json.ToJsonString()[..^1] + added + "}");
        return _folder["config.json"];
    }
}
