using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Unicode;
using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Learning.Tokenization;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw tokenize --model DIR --file TEXT</c>: the token ids of a text.</summary>
internal static class TokenizeCommand
{
    public static Command Create()
    {
        var model = new ModelOption();
        var file = new Option<string>("--file") { Description = "UTF-8 text, taken as it is; bytes that are not UTF-8 are read as U+FFFD.", Required = true, HelpName = "TEXT" };
        var template = new Option<bool>("--add-special-tokens") { Description = "Put the tokens of the tokenizer's template around it, such as Llama's begin of text." };
        var json = new JsonOption();
        var verb = new Verb("tokenize", "Print the token ids of a text.", "thaw tokenize --model models/base --file prompt.txt --json") { model, file, template, json };
        verb.SetAction(parsed =>
        {
            using var reporting = Reporting.For(parsed, json);
            return Run(parsed.GetRequiredValue(model), parsed.GetRequiredValue(file), parsed.GetValue(template), reporting);
        });
        return verb;
    }

    internal static int Run(string model, string file, bool addTemplate, Reporting reporting)
    {
        var tokenizer = BytePairTokenizer.Load(Path.Combine(model, "tokenizer.json"));
        var text = File.ReadAllBytes(file);
        if (!Utf8.IsValid(text))
        {
            reporting.Note($"{file}: is not all UTF-8; what is not is read as U+FFFD, as the reference does.");
        }

        var ids = tokenizer.Encode(text, addTemplate);
        reporting.Say(string.Join(' ', ids.Select(id => id.ToString(CultureInfo.InvariantCulture))));
        reporting.Result(new JsonObject { ["ids"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]) });
        return ExitCode.Ok;
    }
}
