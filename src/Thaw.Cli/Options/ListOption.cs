using System.CommandLine;

namespace Thaw.Cli.Options;

/// <summary>A list, given as <c>a,b,c</c> or as several values.</summary>
internal sealed class ListOption : Option<string[]>
{
    public ListOption(string name, string description)
        : base(name)
    {
        Description = description;
        HelpName = "A,B,...";
        AllowMultipleArgumentsPerToken = true;
        CustomParser = result =>
            [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
    }
}
