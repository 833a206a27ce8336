using System.Text.Json.Nodes;
using Thaw.Learning.Templates;

namespace Thaw.Learning.Tests.Templates;

/// <summary>Where templates and special tokens are looked for.</summary>
public sealed class TemplateFolderTests : IDisposable
{
    private static readonly ChatConversation s_plain = ChatConversation.Of(("user", "hi"));

    private static readonly ChatConversation s_withTools = ChatConversation.Parse("""{"messages":[],"tools":[{"name":"f"}]}"""u8.ToArray(), "t");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_AStringInTheConfiguration_IsTheTemplate()
    {
        Configure(new JsonObject { ["chat_template"] = "config {{ eos_token }}", ["eos_token"] = new JsonObject { ["content"] = "</s>" }, ["add_bos_token"] = true });
        Assert.Equal("config </s>", Render());
    }

    [Fact]
    public void Load_AFileOfItsOwn_Wins()
    {
        Configure(new JsonObject { ["chat_template"] = "config" });
        File.WriteAllText(_folder["chat_template.jinja"], "file\n");
        Assert.Equal("file", Render());
    }

    [Fact]
    public void Load_AListOfTemplates_IsChosenFromByNameAndByTools()
    {
        Configure(new JsonObject { ["chat_template"] = new JsonArray(Named("default", "plain"), Named("tool_use", "tools"), Named("rag", "documents")) });
        Assert.Equal("plain", Render());
        Assert.Equal("documents", Render("rag"));
        var template = ChatTemplate.Load(_folder.Path);
        Assert.Equal("tools", template.Render(s_withTools, ChatTemplateOptions.Default));
        Assert.Equal("plain", ChatTemplate.Load(_folder.Path, "default").Render(s_withTools, ChatTemplateOptions.Default));
    }

    [Fact]
    public void Load_AdditionalTemplates_AreFilesNamedAfterThem()
    {
        File.WriteAllText(_folder["chat_template.jinja"], "main");
        Directory.CreateDirectory(_folder["additional_chat_templates"]);
        File.WriteAllText(Path.Combine(_folder["additional_chat_templates"], "rag.jinja"), "more");
        Assert.Equal(("main", "more"), (Render(), Render("rag")));
    }

    [Fact]
    public void Load_SpecialTokens_AlsoComeFromTheirMap()
    {
        File.WriteAllText(_folder["special_tokens_map.json"], """{"bos_token":{"content":"<s>"},"eos_token":"</s>","additional_special_tokens":["<x>"]}""");
        Configure(new JsonObject { ["chat_template"] = "{{ bos_token }}{{ eos_token }}{{ pad_token is defined }}", ["eos_token"] = "<end>", ["pad_token"] = null });
        Assert.Equal("<s><end>False", Render());
    }

    [Fact]
    public void Find_NoTemplate_IsNullAndLoadSaysSo()
    {
        Configure([]);
        Assert.Null(ChatTemplate.Find(_folder.Path));
        Assert.Equal(
            $"{_folder.Path}: the model has no chat template (chat_template.jinja, or chat_template in tokenizer_config.json).",
            Assert.Throws<FormatException>(() => ChatTemplate.Load(_folder.Path)).Message);
        Assert.NotNull(ChatTemplate.Find(_folder.Path, PaperWrappers.Base));
    }

    [Fact]
    public void Load_AnUnknownName_NamesTheNearest()
    {
        Configure(new JsonObject { ["chat_template"] = new JsonArray(Named("default", "a"), Named("tool_use", "b")) });
        var error = Assert.Throws<FormatException>(() => ChatTemplate.Load(_folder.Path, "tooluse"));
        Assert.Equal($"{_folder.Path}: unknown chat template 'tooluse'; the nearest known one is 'tool_use'.", error.Message);
    }

    [Theory]
    [InlineData("""{"chat_template":5}""", "tokenizer_config.json: chat_template must be a string.")]
    [InlineData("""{"chat_template":[{"name":"default"}]}""", "tokenizer_config.json: chat_template[0] has no 'template'.")]
    [InlineData("""{"chat_template":"x","eos_token":{"lstrip":true}}""", "tokenizer_config.json: eos_token has no 'content'.")]
    [InlineData("[]", "tokenizer_config.json: the file must be an object.")]
    [InlineData("""{"chat_template":""", "tokenizer_config.json: not valid JSON")]
    public void Load_AMalformedConfiguration_NamesFileAndKey(string json, string message)
    {
        File.WriteAllText(_folder["tokenizer_config.json"], json);
        var error = Assert.Throws<InvalidDataException>(() => ChatTemplate.Load(_folder.Path));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_ABrokenTemplate_NamesFileLineAndColumn()
    {
        File.WriteAllText(_folder["chat_template.jinja"], "a\n{% if %}");
        var error = Assert.ThrowsAny<FormatException>(() => ChatTemplate.Load(_folder.Path));
        Assert.StartsWith($"{_folder["chat_template.jinja"]}:2:7: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_NoUtf8_NamesFileAndByte()
    {
        File.WriteAllBytes(_folder["chat_template.jinja"], [0x61, 0xFF]);
        var error = Assert.Throws<FormatException>(() => ChatTemplate.Load(_folder.Path));
        Assert.Equal($"{_folder["chat_template.jinja"]}: byte 1 is not valid UTF-8.", error.Message);
    }

    private static JsonObject Named(string name, string template) => new() { ["name"] = name, ["template"] = template };

    private void Configure(JsonObject configuration) => File.WriteAllText(_folder["tokenizer_config.json"], configuration.ToJsonString());

    private string Render(string? name = null) => ChatTemplate.Load(_folder.Path, name).Render(s_plain, ChatTemplateOptions.Default);
}
