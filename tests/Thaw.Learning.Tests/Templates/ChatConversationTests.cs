using System.Text;
using Thaw.Learning.Templates;

namespace Thaw.Learning.Tests.Templates;

public class ChatConversationTests
{
    [Fact]
    public void Parse_UnknownKeys_ReachTheTemplate()
    {
        var conversation = Parse("""{"messages":[{"role":"assistant","reasoning_content":"so","tool_calls":[{"n":12345678901234567890,"x":1.0,"y":1e999,"z":null}]}],"tools":null,"more":1}""");
        Assert.Null(conversation.Tools);
        Assert.Equal(
            "so|{'n': 12345678901234567890, 'x': 1.0, 'y': inf, 'z': None}|",
            ChatTemplate.Parse("{{ messages[0].reasoning_content }}|{{ messages[0].tool_calls[0] }}|{{ messages[0].content }}", "t").Render(conversation, ChatTemplateOptions.Default));
    }

    [Fact]
    public void Parse_AKeyTwice_TakesTheLastAsPythonDoes() => Assert.Equal("b", ChatTemplate.Parse("{{ messages[0].a }}", "t").Render(Parse("""{"messages":[{"a":"a","a":"b"}]}"""), ChatTemplateOptions.Default));

    [Theory]
    [InlineData("", "f.json: line 1: not JSON")]
    [InlineData("{\n\"messages\": [,]}", "f.json: line 2: not JSON")]
    [InlineData("[]", "f.json: an object with 'messages' is expected.")]
    [InlineData("{}", "f.json: an object with 'messages' is expected.")]
    [InlineData("""{"messages":{}}""", "f.json: 'messages' must be a list.")]
    [InlineData("""{"messages":[{},1]}""", "f.json: messages[1] must be an object.")]
    [InlineData("""{"messages":[],"tools":{}}""", "f.json: 'tools' must be a list.")]
    [InlineData("""{"messages":[{"content":[{"text":"\ud800"}]}]}""", "f.json: messages[0].content[0].text: half of a surrogate pair is no text.")]
    [InlineData("""{"messages":[{"\udfff":1}]}""", "f.json: messages[0]: a key holds half of a surrogate pair, which is no text.")]
    public void Parse_WhatIsNoConversation_NamesFileAndPlace(string json, string message)
    {
        var error = Assert.ThrowsAny<FormatException>(() => Parse(json));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ANumberWithoutEnd_IsRefused() =>
        Assert.Contains("messages[0].n: a whole number of more than 4300 digits", Assert.Throws<FormatException>(() => Parse($$"""{"messages":[{"n":{{new string('9', 5000)}}}]}""")).Message, StringComparison.Ordinal);

    [Fact]
    public void Parse_BrokenUtf8_IsRefused()
    {
        byte[] json = [.. "{\"messages\":[{\"a\":\""u8, 0xFF, .. "\"}]}"u8];
        Assert.ThrowsAny<FormatException>(() => ChatConversation.Parse(json, "f.json"));
    }

    private static ChatConversation Parse(string json) => ChatConversation.Parse(Encoding.UTF8.GetBytes(json), "f.json");
}
