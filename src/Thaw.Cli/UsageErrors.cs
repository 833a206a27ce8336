using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using Thaw.Cli.Verbs;
using Thaw.Core.Text;

namespace Thaw.Cli;

/// <summary>Says in one line what is wrong with a command line.</summary>
internal static class UsageErrors
{
    /// <exception cref="UsageException">The line does not parse and no help was asked for.</exception>
    public static void ThrowIfAny(ParseResult parsed)
    {
        if (parsed.Errors.Count > 0 && parsed.Action is not (HelpAction or VerbHelp))
        {
            throw new UsageException(Describe(parsed));
        }
    }

    private static string Describe(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var words = WordsOf(parsed.CommandResult);
        if (parsed.UnmatchedTokens is [var unknown, ..] && command.TreatUnmatchedTokensAsErrors)
        {
            return unknown.StartsWith('-')
                ? NearestName.Describe("flag", unknown, FlagsOf(parsed.CommandResult))
                : command.Subcommands.Count > 0
                    ? NearestName.Describe("verb", unknown, command.Subcommands.Select(verb => verb.Name))
                    : $"'{unknown}' was not expected; '{words} --help' shows what is";
        }

        return parsed.Errors[0] switch
        {
            _ when command.Action is null => $"a verb is needed: {string.Join(", ", command.Subcommands.Select(verb => verb.Name))}; '{words} --help' explains them",
            { SymbolResult: OptionResult { Tokens: [var token], Option: var option } } error when error.Message.Contains("expected type", StringComparison.Ordinal) =>
                $"{option.Name} must be {TypeWords.Of(option.ValueType)}, not '{token.Value}'",
            { SymbolResult: OptionResult { IdentifierTokenCount: 0, Option: var option } } => $"{option.Name} is required; '{words} --help' shows an example",
            { SymbolResult: OptionResult { Tokens: [], Option: var option } } => $"{option.Name} needs a value",
            var error => $"{error.Message.TrimEnd('.')}; '{words} --help' shows an example",
        };
    }

    // As they are typed: thaw analyse kl.
    private static string WordsOf(CommandResult result) => result.Parent is CommandResult above ? $"{WordsOf(above)} {result.Command.Name}" : "thaw";

    /// <summary>The flags of a command and those that it inherits.</summary>
    public static IEnumerable<string> FlagsOf(CommandResult? result)
    {
        for (var at = result; at is not null; at = at.Parent as CommandResult)
        {
            foreach (var option in at.Command.Options)
            {
                yield return option.Name;
            }
        }
    }
}
