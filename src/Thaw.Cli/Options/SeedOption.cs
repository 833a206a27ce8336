using System.CommandLine;

namespace Thaw.Cli.Options;

/// <summary><c>--seed N</c>, of verbs that choose anything by chance.</summary>
internal sealed class SeedOption : Option<ulong>
{
    public SeedOption(ulong value = 0)
        : base("--seed")
    {
        Description = "Decides every random choice.";
        HelpName = "N";
        DefaultValueFactory = _ => value;
    }
}
