using System.CommandLine;

namespace Thaw.Cli.Verbs;

/// <summary>Options that several verbs share, so that they are spelled and explained alike.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() =>
        new("--json") { Description = "Print one JSON object as the last line of stdout; everything else goes to stderr." };

    public static Option<string> Model(string description = "Folder of the model, in Hugging Face layout.") =>
        new("--model") { Description = description, Required = true, HelpName = "DIR" };

    public static Option<string?> Config() =>
        new("--config") { Description = "YAML file with the configuration; --key value overrides a key of it.", HelpName = "FILE" };

    /// <param name="defaultFolder">Where results go if nothing is said.</param>
    public static Option<string> Out(string defaultFolder) =>
        new("--out") { Description = "Folder for the results.", HelpName = "DIR", DefaultValueFactory = _ => defaultFolder };

    public static Option<ulong> Seed(ulong value = 0) =>
        new("--seed") { Description = "Decides every random choice.", HelpName = "N", DefaultValueFactory = _ => value };

    /// <summary>A list, given as <c>a,b,c</c> or as several values.</summary>
    public static Option<string[]> List(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "A,B,...",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result =>
            [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
    };
}
