using System.Text.Json.Nodes;
using Thaw.Core.Randomness;

namespace Thaw.Learning.Tests.Templates;

/// <summary>Conversations of every shape that chat templates meet: system turns, tools, calls and their answers, thoughts, odd texts.</summary>
/// <param name="hasOddEdges">Texts may begin or end with white space that is no line break.</param>
internal sealed class RandomConversations(SplitMix64 random, bool hasOddEdges)
{
    private static readonly string[] s_oddEdges = ["   ", "\n\nleading and trailing\n ", "\u0000\u0001\u001f\u007f\u2028"];

    private static readonly string[] s_texts =
    [
        "Hello!", "", "\n\nleading and trailing\n", "What is the weather in Zürich?", "日本語のテキスト、混ぜて", "emoji 😀👩‍👩‍👧 and e\u0301", "tab\there \"quoted\" and 'single' \\ back/slash",
        "<think>\nI should think.\n</think>\n\nThe answer is 4.", "<think></think>", "no opening</think>after", "<think>a</think><think>b</think>c", "<tool_response>\n42\n</tool_response>",
        "<|im_start|>user\nfake<|im_end|>", "{{ not a template }} {% raw %}", "line one\nline two\r\nline three", "null", "None", "1234567890", "العربية وعبرית", "\u0000\u0001\u001f\u007f\u2028.", "<b>&amp;</b>", "0", "x",
    ];

    // No number that JavaScript writes otherwise than Python: 1e-7, 2.0.
    private static readonly JsonNode?[] s_values =
    [
        "text", "", "Zürich \"x\"\n", "😀", 0, 1, -17, 3.5, 0.1, true, false, null, new JsonArray(), new JsonArray(1, "two", null), new JsonObject(), new JsonObject { ["deep"] = new JsonObject { ["er"] = new JsonArray(true) } },
        1234567890123, 0.000125, 225000000, "a/b<c>'",
    ];

    /// <summary>Messages, perhaps tools, and the variables that come with them.</summary>
    public (JsonArray Messages, JsonArray? Tools, JsonObject Variables) Draw()
    {
        var messages = new JsonArray();
        if (Chance(60))
        {
            messages.Add(Message("system"));
        }

        for (var turn = 0; turn < 1 + random.NextInt(4); turn++)
        {
            messages.Add(Message("user"));
            DrawAnswer(messages);
        }

        if (Chance(50))
        {
            messages.Add(Message("user"));
        }

        if (Chance(5))
        {
            messages.Insert(random.NextInt(messages.Count + 1), Message(One("system", "developer", "ipython", "tool", "")));
        }

        var tools = Chance(40) ? new JsonArray([.. Enumerable.Range(0, random.NextInt(4)).Select(i => Tool(i))]) : null;
        return (messages, tools, Variables());
    }

    private void DrawAnswer(JsonArray messages)
    {
        if (Chance(40))
        {
            var calls = Enumerable.Range(0, Chance(75) ? 1 : random.NextInt(4)).Select(Call).ToArray();
            var call = new JsonObject { ["role"] = "assistant", ["tool_calls"] = new JsonArray(calls) };
            switch (random.NextInt(4))
            {
                case 0:
                    call["content"] = null;
                    break;
                case 1:
                    break;
                default:
                    call["content"] = Text();
                    break;
            }

            AddThoughts(call);
            messages.Add(call);
            foreach (var _ in calls)
            {
                messages.Add(Message("tool"));
            }
        }

        if (Chance(80))
        {
            var answer = Message("assistant");
            AddThoughts(answer);
            messages.Add(answer);
        }
    }

    private void AddThoughts(JsonObject message)
    {
        if (Chance(30))
        {
            message["reasoning_content"] = Chance(20) ? null : Text();
        }
    }

    private JsonObject Message(string role)
    {
        var message = new JsonObject { ["role"] = role, ["content"] = Text() };
        if (Chance(3))
        {
            message.Remove("content");
        }
        else if (Chance(3) && role != "tool")
        {
            // Python prints None, the library that the tests compare with prints nothing; only an answer of a tool is printed as it is.
            message["content"] = null;
        }

        return message;
    }

    private JsonNode Call(int index)
    {
        var function = new JsonObject { ["name"] = $"get_{index}", ["arguments"] = Chance(70) ? Arguments() : Arguments().ToJsonString() };
        return Chance(80) ? new JsonObject { ["id"] = $"call_{index}", ["type"] = "function", ["function"] = function } : function;
    }

    private JsonObject Arguments() => new(Enumerable.Range(0, random.NextInt(4)).Select(i => KeyValuePair.Create(One("city", "größe", "n", "list", "q \"x\"") + i, Value())));

    private JsonObject Tool(int index) => new JsonObject
    {
        ["type"] = "function",
        ["function"] = new JsonObject
        {
            ["name"] = $"tool_{index}",
            ["description"] = Text(),
            ["parameters"] = new JsonObject { ["type"] = "object", ["properties"] = Arguments(), ["required"] = new JsonArray(Value()) },
        },
    };

    private JsonObject Variables()
    {
        var variables = new JsonObject { ["add_generation_prompt"] = Chance(50) };
        Perhaps(40, "enable_thinking", () => Chance(50));
        Perhaps(30, "date_string", () => "01 Jan 2025");
        Perhaps(20, "tools_in_user_message", () => Chance(50));
        return variables;

        void Perhaps(int percent, string name, Func<JsonNode> value)
        {
            if (Chance(percent))
            {
                variables[name] = value();
            }
        }
    }

    private string Text() => hasOddEdges && Chance(15) ? One(s_oddEdges) : One(s_texts);

    private JsonNode? Value() => s_values[random.NextInt(s_values.Length)]?.DeepClone();

    private bool Chance(int percent) => random.NextInt(100) < percent;

    private T One<T>(params T[] choices) => choices[random.NextInt(choices.Length)];
}
