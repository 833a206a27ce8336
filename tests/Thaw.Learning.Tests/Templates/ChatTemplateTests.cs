using System.Runtime.CompilerServices;
using System.Text.Json;
using Thaw.Core.Datasets;
using Thaw.Core.Tasks;
using Thaw.Learning.Jinja;
using Thaw.Learning.Templates;
using Thaw.Learning.Tests.Jinja;

namespace Thaw.Learning.Tests.Templates;

public class ChatTemplateTests
{
    private const string Plain = "{% for m in messages %}<{{ m.role }}>{{ m.content }}</>{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}";

    private static readonly ChatConversation s_two = ChatConversation.Of(("user", "hi"), ("assistant", " yo  "));

    [Fact]
    public void Render_GenerationPrompt_IsTheTemplatesOwn()
    {
        var template = ChatTemplate.Parse(Plain, "plain");
        Assert.Equal("<user>hi</><assistant> yo  </>", template.Render(s_two, ChatTemplateOptions.Default));
        Assert.Equal("<user>hi</><assistant> yo  </><assistant>", template.Render(s_two, new ChatTemplateOptions { AddGenerationPrompt = true }));
    }

    [Fact]
    public void Render_Variables_AreSeenAndWinOverSpecialTokens()
    {
        var template = ChatTemplate.Parse("{{ bos_token }}|{{ eos_token }}|{{ enable_thinking }}|{{ messages | length }}|{{ tools is none }}|{{ documents is none }}", "t", new Dictionary<string, string> { ["bos_token"] = "<s>" });
        Assert.Equal("<s>|||2|True|True", template.Render(s_two, ChatTemplateOptions.Default));
        Assert.Equal("B|||2|True|True", template.Render(s_two, With("bos_token", "\"B\"")));
        Assert.Equal("<s>||False|2|True|True", template.Render(s_two, With("enable_thinking", "false")));

        // The conversation is not a variable among others.
        Assert.Equal("<s>|||2|True|True", template.Render(s_two, With("messages", "[]")));
    }

    [Fact]
    public void Render_ContinueFinalMessage_EndsInItsContent()
    {
        var continued = new ChatTemplateOptions { ContinueFinalMessage = true };
        Assert.Equal("<user>hi</><assistant> yo", ChatTemplate.Parse(Plain, "t").Render(s_two, continued));
        Assert.Equal("<user>hi</><assistant>yo  ", ChatTemplate.Parse(Plain, "t").Render(ChatConversation.Of(("user", "hi"), ("assistant", "yo  ")), continued));
        Assert.Equal("<user>hi</><assistant>yo", ChatTemplate.Parse(Plain.Replace("m.content", "m.content | trim", StringComparison.Ordinal), "t").Render(ChatConversation.Of(("user", "hi"), ("assistant", "yo  ")), continued));
        var error = Assert.Throws<FormatException>(() => ChatTemplate.Parse("nothing", "t").Render(s_two, continued));
        Assert.Contains("does not appear", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ChatTemplate.Parse(Plain, "t").Render(s_two, continued with { AddGenerationPrompt = true }));
    }

    [Fact]
    public void Render_StrftimeNow_ReadsTheGivenClock() =>
        Assert.Equal("05 Mar 2024", ChatTemplate.Parse("{{ strftime_now('%d %b %Y') }}", "t").Render(s_two, new ChatTemplateOptions { Clock = FixedClock.Instance }));

    [Fact]
    public void RenderWithSpans_MarksTheAssistantsWords()
    {
        var template = ChatTemplate.Parse("{% for m in messages %}{% if m.role == 'assistant' %}A:{% generation %}{{ m.content }}{% endgeneration %}{% else %}U:{{ m.content }}{% endif %};{% endfor %}", "t");
        var chat = template.RenderWithSpans(ChatConversation.Of(("user", "hi"), ("assistant", "yo"), ("user", "so"), ("assistant", "")), ChatTemplateOptions.Default);
        Assert.Equal("U:hi;A:yo;U:so;A:;", chat.Text);
        Assert.Equal(["yo"], chat.AssistantSpans.Select(span => chat.Text[span]));
    }

    [Fact]
    public void RenderWithSpans_InAMacro_IsRefused()
    {
        var template = ChatTemplate.Parse("{% macro m() %}\n{% generation %}x{% endgeneration %}{% endmacro %}{{ m() }}", "t");
        Assert.Equal("x", template.Render(s_two, ChatTemplateOptions.Default));
        var error = Assert.Throws<JinjaException>(() => template.RenderWithSpans(s_two, ChatTemplateOptions.Default));
        Assert.StartsWith("t:2:4: a generation block", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sokoban")]
    [InlineData("points")]
    public void Base_OnPromptsOfATask_GivesThemWordForWord(string name)
    {
        var template = ChatTemplate.Load(BaseModel());
        var task = TaskCatalog.Find(name);
        foreach (var split in task.Splits)
        {
            var prompt = FirstPrompt(task, split);
            var turns = ChatTurns.Of(prompt, "");
            Assert.NotEqual(prompt, turns.User);
            var text = turns.Assistant.Length == 0
                ? template.Render(ChatConversation.Of(("user", turns.User)), new ChatTemplateOptions { AddGenerationPrompt = true })
                : template.Render(ChatConversation.Of(("user", turns.User), ("assistant", turns.Assistant)), new ChatTemplateOptions { ContinueFinalMessage = true });
            Assert.Equal(prompt, text);
        }
    }

    [Fact]
    public void QwenInstruct_AroundTheInnerPrompt_IsTheTasksPrompt()
    {
        var task = TaskCatalog.Find("sokoban");
        var prompt = FirstPrompt(task, task.Splits[0]);
        const string Start = "<|im_start|>user\n", End = "\nAlways output:";
        var inner = prompt[Start.Length..prompt.IndexOf(End, StringComparison.Ordinal)];
        var template = ChatTemplate.Load(BaseModel(), PaperWrappers.QwenInstruct);
        Assert.Equal(prompt, template.Render(ChatConversation.Of(("user", inner)), ChatTemplateOptions.Default));
        Assert.True(Assert.Throws<JinjaException>(() => template.Render(s_two, ChatTemplateOptions.Default)).IsRaisedByTemplate);
    }

    private static string FirstPrompt(ITask task, Split split) => task.Begin(split, task.DrawInstances(split, Fold.Test, 1, 1)[0], 1).Prompt.Text;

    private static string BaseModel([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "models", "base"));

    private static ChatTemplateOptions With(string name, string json) =>
        new() { Variables = new Dictionary<string, JsonElement> { [name] = JsonElement.Parse(json) } };
}
