using System.Text.Json.Nodes;
using Thaw.Core.Randomness;
using Thaw.Learning.Tokenization;

namespace Thaw.Learning.Tests.Tokenization;

public sealed class TokenizerFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_OfSaved_IsTheSameTokenizer()
    {
        var definition = Tokenizers.SmallDefinition with
        {
            NormalizesToFormC = true,
            IgnoresMerges = true,
            TemplatePrefix = [495],
            TemplateSuffix = [496, 497],
            AddedTokens = [.. Tokenizers.SmallDefinition.AddedTokens, new(500, "ä b", false, true, true, true, true)],
        };
        new BytePairTokenizer(definition).Save(_folder["tokenizer.json"]);
        var loaded = BytePairTokenizer.Load(_folder.Path).Definition;
        Assert.Equal(definition.Vocabulary.OrderBy(x => x.Value), loaded.Vocabulary.OrderBy(x => x.Value));
        Assert.Equal(definition.Merges, loaded.Merges);
        Assert.Equal(definition.AddedTokens, loaded.AddedTokens);
        Assert.Equal(definition.Splits, loaded.Splits);
        Assert.Equal((true, true), (loaded.NormalizesToFormC, loaded.IgnoresMerges));
        Assert.Equal(definition.TemplatePrefix, loaded.TemplatePrefix);
        Assert.Equal(definition.TemplateSuffix, loaded.TemplateSuffix);
    }

    [Fact]
    public void Save_Twice_GivesTheSameBytes()
    {
        var (first, second) = (_folder["1.json"], _folder["2.json"]);
        Tokenizers.Small.Save(first);
        BytePairTokenizer.Load(first).Save(second);
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    [Fact]
    public void Load_MergesAsPairs_AreReadLikeMergesAsText()
    {
        var tokenizer = Load(root => root["model"]!["merges"] =
            new JsonArray([.. root["model"]!["merges"]!.AsArray().Select(m => (JsonNode)new JsonArray([.. ((string)m!).Split(' ').Select(p => (JsonNode)p)]))]));
        var text = RandomText.Draw(SplitMix64.For(17, "pairs"), 200);
        Assert.Equal(Tokenizers.Small.Encode(text), tokenizer.Encode(text));
    }

    [Fact]
    public void Load_ByteLevelAlone_SplitsAsGpt2()
    {
        var tokenizer = Load(root => root["pre_tokenizer"] = JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true}"""));
        Assert.True(tokenizer.Definition.SplitsAsGpt2);
        Assert.Empty(tokenizer.Definition.Splits);
    }

    [Fact]
    public void Load_LlamaTemplate_GivesBeginOfText()
    {
        var tokenizer = Load(root => root["post_processor"] = JsonNode.Parse(
            """
            {"type":"Sequence","processors":[{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":false,"use_regex":true},{"type":"TemplateProcessing",
            "single":[{"SpecialToken":{"id":"<|endoftext|>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
            "pair":[],"special_tokens":{"<|endoftext|>":{"id":"<|endoftext|>","ids":[495],"tokens":["<|endoftext|>"]}}}]}
            """));
        Assert.Equal([495], tokenizer.Definition.TemplatePrefix);
        Assert.Empty(tokenizer.Definition.TemplateSuffix);
    }

    [Theory]
    [InlineData("model", """{"type":"Unigram"}""", "model.type 'Unigram' is not supported")]
    [InlineData("model.vocab", """[]""", "model.vocab must be an object")]
    [InlineData("model.vocab", """{"a":"b"}""", "model.vocab.a must be a whole number")]
    [InlineData("model.vocab", """{"a":0,"a":1}""", "model.vocab.a is listed twice")]
    [InlineData("model.vocab", """{"a":0,"b":0}""", "model.vocab: the id 0 of 'b' is negative or taken")]
    [InlineData("model.vocab", """{"a":2000000000}""", "the id 2000000000 is beyond")]
    [InlineData("model.vocab", """{"a":0}""", "has no token, so not every text can be encoded")]
    [InlineData("model.merges", """["a"]""", "model.merges[0] must be two tokens")]
    [InlineData("model.merges", """["a b","\u0142\u0142 x"]""", "model.merges[0]: 'a', 'b' or both together are not in model.vocab")]
    [InlineData("model.dropout", "0.1", "model.dropout is not supported")]
    [InlineData("model.end_of_word_suffix", "\"</w>\"", "model.end_of_word_suffix '</w>' is not supported")]
    [InlineData("normalizer", """{"type":"NFKC"}""", "normalizer.type 'NFKC' is not supported")]
    [InlineData("pre_tokenizer", "null", "the file has no 'pre_tokenizer'")]
    [InlineData("pre_tokenizer", """{"type":"Metaspace"}""", "pre_tokenizer.type 'Metaspace' is not supported")]
    [InlineData("pre_tokenizer", """{"type":"Split","pattern":{"Regex":"a"},"behavior":"Isolated"}""", "must end with ByteLevel")]
    [InlineData("pre_tokenizer", """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"a"},"behavior":"Dropped"}]}""", "pre_tokenizer.pretokenizers[0].behavior 'Dropped' is not supported")]
    [InlineData("pre_tokenizer", """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"(a"},"behavior":"Isolated"},{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}""", "pre_tokenizer.pretokenizers[0].pattern (a is not supported: at character 3: ')' is missing.")]
    [InlineData("decoder", """{"type":"WordPiece"}""", "decoder.type 'WordPiece' is not supported")]
    [InlineData("post_processor", """{"type":"BertProcessing"}""", "post_processor.type 'BertProcessing' is not supported")]
    [InlineData("added_tokens", """[{"content":"x"}]""", "added_tokens[0] has no 'id'")]
    [InlineData("added_tokens", """[{"id":496,"content":"x y"}]""", "added_tokens: the id 496 of 'x y' is not the next one: the reference counts on from model.vocab and would use 495")]
    [InlineData("pre_tokenizer", """{"type":"ByteLevel"}""", "pre_tokenizer has no 'add_prefix_space'")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","single":[],"pair":[],"special_tokens":{}}""", "post_processor.single has no place for the text")]
    [InlineData("post_processor", """{"type":"TemplateProcessing","single":[{"Sequence":{"id":"B","type_id":0}}],"pair":[],"special_tokens":{}}""", "post_processor.single[0].Sequence.id must be 'A', once")]
    [InlineData("added_tokens", """[{"id":0,"content":"x"}]""", "added_tokens: the id 0 of 'x' contradicts")]
    public void Load_Unsupported_NamesFileAndKey(string key, string value, string clue)
    {
        var error = Assert.Throws<InvalidDataException>(() => Load(root =>
        {
            // Set as raw text, for values that JSON objects in memory cannot hold, such as one key twice.
            var path = key.Split('.');
            var parent = path.Length == 1 ? root : root[path[0]]!.AsObject();
            parent[path[^1]] = "#here#";
        }, text => text.Replace("\"#here#\"", value, StringComparison.Ordinal)));
        Assert.StartsWith(_folder["tokenizer.json"], error.Message, StringComparison.Ordinal);
        Assert.Contains(clue, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NotJson_SaysSo()
    {
        var error = Assert.Throws<InvalidDataException>(() => Load(_ => { }, text => text[..100]));
        Assert.Contains("not valid JSON", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_FolderWithoutTokenizer_NamesTheFile()
    {
        var error = Assert.Throws<FileNotFoundException>(() => BytePairTokenizer.Load(_folder.Path));
        Assert.Equal($"{_folder["tokenizer.json"]}: there is no such tokenizer file.", error.Message);
    }

    [Fact]
    public void Settings_LoadOfSaved_IsTheSame()
    {
        var settings = ThawTokenizer.Settings with { BosToken = "<|endoftext|>", ChatTemplate = "{{ messages }}\n", ModelMaxLength = 4096 };
        settings.Save(_folder.Path, Tokenizers.SmallDefinition);
        Assert.Equal(settings, TokenizerSettings.Load(_folder.Path));
    }

    [Fact]
    public void Settings_TokensAsObjectsAndTemplatesByName_AreRead()
    {
        File.WriteAllText(_folder["tokenizer_config.json"],
            """{"eos_token":{"content":"<e>"},"pad_token":null,"model_max_length":1e30,"chat_template":[{"name":"tool_use","template":"t"},{"name":"default","template":"d"}]}""");
        Assert.Equal(new TokenizerSettings { EosToken = "<e>", ChatTemplate = "d" }, TokenizerSettings.Load(_folder.Path));
    }

    private BytePairTokenizer Load(Action<JsonObject> change, Func<string, string>? edit = null)
    {
        var json = System.Text.Encoding.UTF8.GetString(Tokenizers.Json(change));
        File.WriteAllText(_folder["tokenizer.json"], edit is null ? json : edit(json));
        return BytePairTokenizer.Load(_folder.Path);
    }
}
