using System.CommandLine;

namespace Thaw.Cli.Options;

/// <summary><c>--config FILE</c>, of verbs whose settings are a file; <c>ConfigurationArguments</c> reads it.</summary>
internal sealed class ConfigOption : Option<string?>
{
    public ConfigOption()
        : base("--config")
    {
        Description = "YAML file with the configuration; --key value overrides a key of it.";
        HelpName = "FILE";
    }
}
