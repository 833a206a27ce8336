using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Thaw.Cli.Configuration;

namespace Thaw.Cli.Verbs;

/// <summary>The usual help, then the configuration keys of the verb, its notes and an example.</summary>
internal sealed class VerbHelp(HelpAction usual) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var code = usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is Verb verb)
        {
            var output = parseResult.InvocationConfiguration.Output;
            if (verb.Configuration is { } configuration)
            {
                output.WriteLine("Keys of the configuration file, each also as --key value:");
                foreach (var key in ConfigurationKeys.Of(configuration))
                {
                    output.WriteLine($"  {key.Name,-32} {key.Describe()}");
                }

                output.WriteLine();
            }

            foreach (var note in verb.Notes)
            {
                output.WriteLine(note);
            }

            output.WriteLine("Example:");
            output.WriteLine($"  {verb.Example}");
        }

        return code;
    }
}
