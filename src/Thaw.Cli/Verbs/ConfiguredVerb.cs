using System.CommandLine;
using Thaw.Cli.Configuration;
using Thaw.Cli.Options;
using Thaw.Cli.Output;

namespace Thaw.Cli.Verbs;

/// <summary>A verb that is all configuration: <c>thaw NAME --config FILE [--key value]…</c>.</summary>
internal static class ConfiguredVerb
{
    /// <param name="run">Given what file and command line say, not validated yet; gives the exit code.</param>
    public static Command Create<TOptions>(
        string name, string description, string example, Func<TOptions, Reporting, CancellationToken, int> run, bool acceptsRanks = false)
        where TOptions : class
    {
        var config = new ConfigOption();
        var json = new JsonOption();
        var verb = new Verb(name, description, example) { AcceptsRanks = acceptsRanks }.Accepting<TOptions>();
        verb.Add(config);
        verb.Add(json);
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            return Task.FromResult(run(ConfigurationArguments.Read<TOptions>(parsed, config), reporting, cancellation));
        });
        return verb;
    }
}
