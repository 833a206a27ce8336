using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Thaw.Cli.Output;
using Thaw.Learning.Templates;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw template --model DIR --file CONVERSATION.json</c>: a conversation as the model is given it.</summary>
internal static class TemplateCommand
{
    public static Command Create()
    {
        var model = CommonOptions.Model();
        var file = new Option<string>("--file")
        {
            Description = "JSON object with 'messages' and perhaps 'tools'.",
            Required = true,
            HelpName = "CONVERSATION.json",
        };
        var name = new Option<string?>("--template")
        {
            Description = "One of the model's templates by its name, or a wrapper of the paper: qwen-instruct, base, qwen-instruct-answer-only.",
            HelpName = "NAME",
        };
        var prompt = new Option<bool>("--add-generation-prompt") { Description = "End with the opening of the assistant's turn." };
        var goesOn = new Option<bool>("--continue-final-message") { Description = "End with the content of the last message, so that the model goes on with it." };
        var set = new Option<string[]>("--set")
        {
            Description = "A variable of the template, such as enable_thinking=false. The value is JSON; what is no JSON is text.",
            HelpName = "NAME=VALUE",
        };
        var json = CommonOptions.Json();
        var verb = new Verb(
            "template",
            "Print a conversation as the chat template of a model writes it.",
            "thaw template --model models/base --file conversation.json --add-generation-prompt --set enable_thinking=false")
        {
            model, file, name, prompt, goesOn, set, json,
        };
        verb.Notes = ["The text is printed byte for byte, without a line break of its own behind it."];
        verb.SetAction(parsed =>
        {
            var options = new ChatTemplateOptions
            {
                AddGenerationPrompt = parsed.GetValue(prompt),
                ContinueFinalMessage = parsed.GetValue(goesOn),
                Variables = Variables(parsed.GetValue(set) ?? []),
            };
            if (options is { AddGenerationPrompt: true, ContinueFinalMessage: true })
            {
                throw new UsageException("--add-generation-prompt and --continue-final-message cannot be given together.");
            }

            using var reporting = Reporting.For(parsed, json);
            var template = ChatTemplate.Load(parsed.GetRequiredValue(model), parsed.GetValue(name));
            var text = template.Render(ChatConversation.ReadFile(parsed.GetRequiredValue(file)), options);
            reporting.Write(text);
            reporting.Result(new JsonObject { ["text"] = text });
            return ExitCode.Ok;
        });
        return verb;
    }

    private static Dictionary<string, JsonElement> Variables(string[] settings)
    {
        var variables = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var setting in settings)
        {
            var at = setting.IndexOf('=', StringComparison.Ordinal);
            variables[at > 0 ? setting[..at] : throw new UsageException($"--set needs NAME=VALUE, not '{setting}'.")] = Value(setting[(at + 1)..]);
        }

        return variables;
    }

    private static JsonElement Value(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text);
        }
    }
}
