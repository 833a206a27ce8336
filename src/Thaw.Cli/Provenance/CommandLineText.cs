using System.CommandLine;

namespace Thaw.Cli.Provenance;

/// <summary>The command line of a run, as a POSIX shell would take it again.</summary>
internal static class CommandLineText
{
    public static string Of(ParseResult parsed) => string.Join(' ', parsed.Tokens.Select(token => Quoted(token.Value)).Prepend("thaw"));

    /// <summary>A word that needs no quotes stays as it is.</summary>
    public static string Quoted(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/' or ':' or ',' or '=' or '+' or '@' or '%')
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
