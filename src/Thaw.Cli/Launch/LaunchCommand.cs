using System.CommandLine;
using Thaw.Cli.Provenance;
using Thaw.Cli.Verbs;

namespace Thaw.Cli.Launch;

/// <summary><c>thaw launch --processes N VERB …</c>: several ranks on this machine, as torchrun would start them.</summary>
internal static class LaunchCommand
{
    public static Command Create()
    {
        var processes = new Option<int>("--processes") { Description = "Processes that train together; CPU threads are shared out among them.", HelpName = "N", Required = true };
        var verb = new Verb(
            "launch",
            "Train in several processes of this machine: data-parallel, with the optimizer's state shared out.",
            "thaw launch --processes 2 sft --config studies/sft.yaml --output_dir runs/sft")
        { processes };
        verb.TreatUnmatchedTokensAsErrors = false;
        verb.Notes = ["What comes after the flags is the verb that each process runs: sft or grpo. On several machines use torchrun: docs/distribution.md.", ""];
        verb.SetAction(async (parsed, cancellation) =>
        {
            var count = parsed.GetValue(processes);
            var arguments = Checked(count, parsed.UnmatchedTokens);
            return await new RankJob(count, arguments, CommandLineText.Of(parsed), parsed.InvocationConfiguration.Error).RunAsync(cancellation);
        });
        return verb;
    }

    // Said once here and not by every rank.
    private static IReadOnlyList<string> Checked(int count, IReadOnlyList<string> arguments)
    {
        if (count is < 1 or > 1024)
        {
            throw new UsageException($"--processes: must lie between 1 and 1024, not {count}");
        }

        var root = VerbCatalog.CreateRoot();
        var ranked = root.Subcommands.OfType<Verb>().Where(v => v.AcceptsRanks).Select(v => v.Name).ToList();
        if (arguments.Count == 0 || !ranked.Contains(arguments[0]))
        {
            throw new UsageException(arguments.Count == 0
                ? $"launch needs a verb: {string.Join(" or ", ranked)}"
                : $"launch runs {string.Join(" or ", ranked)} on several ranks, not '{arguments[0]}'");
        }

        UsageErrors.ThrowIfAny(root.Parse(arguments, VerbCatalog.Parsing));
        return arguments;
    }
}
