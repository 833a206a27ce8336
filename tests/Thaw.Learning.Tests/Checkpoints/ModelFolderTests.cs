using System.Text.Json.Nodes;
using Thaw.Learning.Checkpoints;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Checkpoints;

/// <summary>Every way in which a model folder can be wrong is one sentence that names file, place and cause.</summary>
public sealed class ModelFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public ModelFolderTests() => _model = TinyModels.WriteSokobanFolder(_folder["model"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_AWholeFolder_GivesBackWhatWasWritten()
    {
        using var model = ModelFolder.Load(_model);

        Assert.Equal(TinyModels.SokobanTokenizer.VocabularySize, model.Tokenizer.VocabularySize);
        Assert.Equal(TinyModels.Config with { VocabularySize = model.Tokenizer.VocabularySize, MaxPositions = 512, TiesEmbeddings = true }, model.Decoder.Config);
        Assert.Equal([model.Tokenizer.IdOf("<|im_end|>"), model.Tokenizer.IdOf("<|endoftext|>")], model.StopIds);
    }

    [Fact]
    public void Load_NoFolder_NamesIt() => AssertFails<DirectoryNotFoundException>($"{_folder["none"]}: no such folder.", _folder["none"]);

    [Theory]
    [InlineData("config.json", "config.json: no such file.")]
    [InlineData("model.safetensors", ": there is no model.safetensors and no model.safetensors.index.json.")]
    [InlineData("tokenizer.json", "tokenizer.json: there is no such tokenizer file.")]
    public void Load_AFileIsMissing_NamesIt(string file, string clue)
    {
        File.Delete(Path.Combine(_model, file));

        AssertFails<FileNotFoundException>(clue);
    }

    [Theory]
    [InlineData("model_type", "\"mamba\"", "config.json: key 'model_type': 'mamba' is not read. Known: qwen2, qwen3, llama.")]
    [InlineData("model_type", null, "config.json: key 'model_type': missing.")]
    [InlineData("hidden_size", "\"wide\"", "config.json: key 'hidden_size': a positive whole number is expected.")]
    [InlineData("hidden_size", "-16", "config.json: key 'hidden_size': a positive whole number is expected.")]
    [InlineData("hidden_act", "\"gelu\"", "config.json: key 'hidden_act': 'gelu' is not read. Known: silu.")]
    [InlineData("head_dim", "7", "config.json: key 'head_dim': 7 is not a positive even number, and a rotary embedding turns pairs.")]
    [InlineData("num_key_value_heads", "3", "config.json: key 'num_key_value_heads': 4 query heads cannot share 3 key/value heads evenly.")]
    [InlineData("quantization_config", "{}", "config.json: key 'quantization_config': quantised checkpoints are not read.")]
    [InlineData("rope_scaling", """{"rope_type":"yarn"}""", "config.json: key 'rope_scaling.rope_type': 'yarn' is not read. Known: default, llama3.")]
    [InlineData("rope_scaling", """{"rope_type":"llama3"}""", "config.json: key 'rope_scaling.factor': missing.")]
    [InlineData("tie_word_embeddings", "1", "config.json: key 'tie_word_embeddings': true or false is expected.")]
    public void Load_AKeyOfTheConfiguration_IsNamedWithItsCause(string key, string? value, string clue)
    {
        ChangeConfig(config =>
        {
            config.Remove(key);
            if (value is not null)
            {
                config[key] = JsonNode.Parse(value);
            }
        });

        AssertFails<InvalidDataException>(clue);
    }

    [Theory]
    [InlineData("{\n\"model_type\": ", "config.json: line 2: not JSON: ")]
    [InlineData("[]", "config.json: a JSON object is expected, not Array.")]
    public void Load_ConfigurationThatIsNoObject_SaysWhere(string text, string clue)
    {
        File.WriteAllText(Path.Combine(_model, "config.json"), text);

        AssertFails<InvalidDataException>(clue);
    }

    [Fact]
    public void Load_ATensorOfTheWrongShape_GivesBothShapes()
    {
        ChangeConfig(config => config["intermediate_size"] = 25);

        AssertFails<InvalidDataException>("model.safetensors: tensor 'model.layers.0.mlp.gate_proj.weight' has shape [24, 16], the configuration asks for [25, 16].");
    }

    [Fact]
    public void Load_ATensorIsMissing_NamesIt()
    {
        ChangeConfig(config => config["num_hidden_layers"] = 3);

        AssertFails<InvalidDataException>(": tensor 'model.layers.2.input_layernorm.weight' is missing.");
    }

    [Fact]
    public void Load_ATensorThatTheArchitectureDoesNotHave_NamesIt()
    {
        ChangeConfig(config =>
        {
            config["model_type"] = "llama";
            config["architectures"] = new JsonArray("LlamaForCausalLM");
        });

        AssertFails<InvalidDataException>("_norm.weight' is not part of a Llama model.");
    }

    [Fact]
    public void Load_TruncatedWeights_SaysWhatIsMissing()
    {
        using (var stream = File.Open(Path.Combine(_model, "model.safetensors"), FileMode.Open))
        {
            stream.SetLength(stream.Length - 100);
        }

        AssertFails<InvalidDataException>("model.safetensors: ");
    }

    [Fact]
    public void Load_WeightsThatAreNoSafetensors_SaysSo()
    {
        File.WriteAllText(Path.Combine(_model, "model.safetensors"), "version https://example.org/spec/v1");

        AssertFails<InvalidDataException>("model.safetensors: ");
    }

    [Fact]
    public void Load_ATokenizerWithMoreTokensThanTheEmbedding_GivesBothNumbers()
    {
        var path = Path.Combine(_model, "tokenizer.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        var added = json["added_tokens"]!.AsArray();
        var more = added[^1]!.DeepClone();
        (more["id"], more["content"]) = (TinyModels.SokobanTokenizer.VocabularySize, "<|one more|>");
        added.Add(more);
        File.WriteAllText(path, json.ToJsonString());
        var size = TinyModels.SokobanTokenizer.VocabularySize;

        AssertFails<InvalidDataException>($": the tokenizer has {size + 1} tokens, the model an embedding for {size}.");
    }

    [Fact]
    public void Load_NoStopToken_SaysWhereItWasLookedFor()
    {
        File.Delete(Path.Combine(_model, "generation_config.json"));
        ChangeConfig(config => config.Remove("eos_token_id"));

        AssertFails<InvalidDataException>("config.json: key 'eos_token_id': missing, and generation_config.json has none.");
    }

    [Fact]
    public void Load_Failing_LeavesNoTensors() => LiveTensors.AreNotLeftBy(() =>
    {
        File.Delete(Path.Combine(_model, "tokenizer.json"));
        Assert.Throws<FileNotFoundException>(() => ModelFolder.Load(_model));
    });

    [Fact]
    public void CopyExtras_OfACheckpoint_TakesAllButWeightsAndTrainingState()
    {
        Directory.CreateDirectory(Path.Combine(_model, "additional_chat_templates"));
        foreach (var name in new[] { "trainer_state.json", "model.safetensors.index.json", "chat_template.jinja", "merges.txt", "README.md", "additional_chat_templates/rag.jinja" })
        {
            File.WriteAllText(Path.Combine(_model, name), "{}");
        }

        File.Delete(Path.Combine(_model, "model.safetensors.index.json"));
        using var model = ModelFolder.Load(_model);
        model.CopyExtras(Directory.CreateDirectory(_folder["copy"]).FullName);

        Assert.Equal(
            ["additional_chat_templates/rag.jinja", "chat_template.jinja", "config.json", "generation_config.json", "merges.txt", "tokenizer.json"],
            Directory.EnumerateFiles(_folder["copy"], "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder["copy"], file)).Order(StringComparer.Ordinal));
    }

    private void ChangeConfig(Action<JsonObject> change)
    {
        var path = Path.Combine(_model, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(config);
        File.WriteAllText(path, config.ToJsonString());
    }

    private void AssertFails<T>(string clue, string? folder = null)
        where T : Exception
    {
        var before = LiveTensors.Count();
        var error = Assert.Throws<T>(() => ModelFolder.Load(folder ?? _model));

        Assert.Contains(clue, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(folder ?? _model, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Equal(before, Tensor.LiveCount);
    }
}
