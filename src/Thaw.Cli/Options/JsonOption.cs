using System.CommandLine;

namespace Thaw.Cli.Options;

/// <summary><c>--json</c>, which every verb has; <c>Reporting</c> obeys it.</summary>
internal sealed class JsonOption : Option<bool>
{
    public JsonOption()
        : base("--json")
    {
        Description = "Print one JSON object as the last line of stdout; everything else goes to stderr.";
    }
}
