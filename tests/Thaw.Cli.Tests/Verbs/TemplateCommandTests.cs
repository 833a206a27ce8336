using System.Text.Json.Nodes;

namespace Thaw.Cli.Tests.Verbs;

/// <summary><c>thaw template</c>: the text to the byte, and one line for what is wrong.</summary>
public sealed class TemplateCommandTests : IDisposable
{
    private const string Conversation = """{"messages":[{"role":"user","content":"hi\n"}],"tools":[{"name":"f"}]}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Template_PrintsTheTextAlone()
    {
        _folder.Write("chat_template.jinja", "<{{ messages[0].content }}>{{ tools[0].name }}{% if add_generation_prompt %}<a>{% endif %}");
        Assert.Equal("<hi\n>f", (await Run()).Output);
        Assert.Equal("<hi\n>f<a>", (await Run("--add-generation-prompt")).Output);
        Assert.Equal("<hi\n", (await Run("--continue-final-message")).Output);
    }

    [Fact]
    public async Task Template_WithJson_PrintsOneObject()
    {
        _folder.Write("chat_template.jinja", "é {{ messages[0].content }}");
        var run = await Run("--json");
        Assert.Equal("é hi\n", (string)JsonNode.Parse(run.Output)!["text"]!);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task Template_Set_TakesJsonAndElseText()
    {
        _folder.Write("chat_template.jinja", "{{ a }} {{ b }} {{ c }} {{ d }}|{{ e }}");
        Assert.Equal("False 5 ['x'] two words|", (await Run("--set", "a=false", "--set", "b=5", "--set", "c=[\"x\"]", "--set", "d=two words", "--set", "e=")).Output);
    }

    [Fact]
    public async Task Template_OnTheShippedModel_IsChatMl()
    {
        var run = await CommandRun.Of("template", "--model", Path.Combine(Repository.Root, "models", "base"), "--file", _folder.Write("c.json", Conversation), "--add-generation-prompt");
        Assert.Equal((0, "<|im_start|>user\nhi\n<|im_end|>\n<|im_start|>assistant\n"), (run.Code, run.Output));
    }

    [Fact]
    public async Task Template_AWrapperOfThePaper_IsChosenByName()
    {
        var run = await Run("--template", "qwen-instruct-answer-only");
        Assert.Equal(
            "<|im_start|>user\nhi\n\nAlways output: <answer> [your answer] </answer> with no extra text. Strictly follow this format. <|im_end|>\n<|im_start|>assistant\n<answer>",
            run.Output);
    }

    [Theory]
    [InlineData("{{ raise_exception('no tools here') }}", 1, "chat_template.jinja:1:19: no tools here")]
    [InlineData("a\n{% if %}", 1, "chat_template.jinja:2:7: an expression is expected, not '%}'")]
    [InlineData("{{ messages[0].nope.x }}", 1, "chat_template.jinja:1:21: 'dict object' has no attribute 'nope'")]
    public async Task Template_ThatFails_SaysWhereInOneLine(string template, int code, string message)
    {
        _folder.Write("chat_template.jinja", template);
        var run = await Run();
        Assert.Equal(code, run.Code);
        Assert.Equal("", run.Output);
        Assert.EndsWith(message, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Template_WithoutAny_SaysSo()
    {
        var run = await Run();
        Assert.Equal(1, run.Code);
        Assert.Contains("the model has no chat template", Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--set", "novalue")]
    [InlineData("--set", "=1")]
    [InlineData("--add-generation-prompt", "--continue-final-message")]
    public async Task Template_WrongUsage_IsToldApart(params string[] arguments)
    {
        _folder.Write("chat_template.jinja", "x");
        Assert.Equal(2, (await Run(arguments)).Code);
    }

    private Task<CommandRun> Run(params string[] arguments) =>
        CommandRun.Of(["template", "--model", _folder.Path, "--file", _folder.Write("c.json", Conversation), .. arguments]);
}
