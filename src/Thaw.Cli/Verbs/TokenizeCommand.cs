using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Learning.Tokenization;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw tokenize --model DIR --file TEXT</c>: the token ids of a text.</summary>
internal static class TokenizeCommand
{
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static Command Create()
    {
        var model = new ModelOption();
        var file = new Option<string>("--file") { Description = "UTF-8 text, taken as it is.", Required = true, HelpName = "TEXT" };
        var json = new JsonOption();
        var verb = new Verb("tokenize", "Print the token ids of a text.", "thaw tokenize --model models/base --file prompt.txt --json") { model, file, json };
        verb.SetAction(parsed =>
        {
            using var reporting = Reporting.For(parsed, json);
            return Run(parsed.GetRequiredValue(model), parsed.GetRequiredValue(file), reporting);
        });
        return verb;
    }

    internal static int Run(string model, string file, Reporting reporting)
    {
        var tokenizer = BytePairTokenizer.Load(Path.Combine(model, "tokenizer.json"));
        var ids = tokenizer.Encode(ReadText(file));
        reporting.Say(string.Join(' ', ids.Select(id => id.ToString(CultureInfo.InvariantCulture))));
        reporting.Result(new JsonObject { ["ids"] = new JsonArray([.. ids.Select(id => JsonValue.Create(id))]) });
        return ExitCode.Ok;
    }

    // Not File.ReadAllText: it drops a byte order mark and replaces what is no UTF-8, and ids of another text help nobody.
    private static string ReadText(string file)
    {
        try
        {
            return s_strictUtf8.GetString(File.ReadAllBytes(file));
        }
        catch (DecoderFallbackException error)
        {
            throw new FormatException($"{file}: byte {error.Index} is not valid UTF-8.", error);
        }
    }
}
