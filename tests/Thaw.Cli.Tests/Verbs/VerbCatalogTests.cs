using System.CommandLine;
using System.Text;
using Thaw.Cli.Configuration;
using Thaw.Cli.Verbs;

namespace Thaw.Cli.Tests.Verbs;

public sealed class VerbCatalogTests
{
    [Fact]
    public void CreateRoot_VerbsFlagsAndKeys_AreThoseOfTheGoldenList()
    {
        var golden = Path.Combine(Repository.Root, "tests/Thaw.Cli.Tests/golden/verbs.txt");
        var now = Describe(VerbCatalog.CreateRoot());

        if (now != File.ReadAllText(golden))
        {
            var received = Path.ChangeExtension(golden, ".received.txt");
            File.WriteAllText(received, now);
            Assert.Fail($"The command line changed. If that is meant, say why in the commit and replace verbs.txt by {received}:\n{now}");
        }
    }

    private static string Describe(Command root)
    {
        var text = new StringBuilder();
        Describe(text, root, "");
        return text.ToString();
    }

    private static void Describe(StringBuilder text, Command parent, string path)
    {
        foreach (var command in parent.Subcommands.OrderBy(command => command.Name, StringComparer.Ordinal))
        {
            text.Append(path).Append(command.Name);
            foreach (var argument in command.Arguments)
            {
                text.Append(' ').Append(argument.HelpName);
            }

            foreach (var flag in command.Options.OrderBy(option => option.Name, StringComparer.Ordinal))
            {
                text.Append(flag.Required ? $" {flag.Name}" : $" [{flag.Name}]");
            }

            text.Append('\n');
            if ((command as Verb)?.Configuration is { } configuration)
            {
                foreach (var key in ConfigurationKeys.Of(configuration))
                {
                    text.Append("  ").Append(key.Name).Append(": ").Append(key.Type).Append('\n');
                }
            }

            Describe(text, command, $"{path}{command.Name} ");
        }
    }
}
