using System.CommandLine;

namespace Thaw.Cli.Configuration;

/// <summary>The <c>--key value</c> pairs of a command line that are no flags of the verb.</summary>
internal static class ConfigurationArguments
{
    /// <summary>Reads the configuration of a verb made with <c>Verb.Accepting</c>: the file named by <paramref name="config"/>, then the overrides.</summary>
    /// <param name="defaultFile">Read where <paramref name="config"/> was not given; null starts from the defaults of the record.</param>
    /// <exception cref="UsageException">See <see cref="ConfigurationReader.Read{T}"/>.</exception>
    public static T Read<T>(ParseResult parsed, Option<string?> config, string? defaultFile = null)
        where T : class =>
        ConfigurationReader.Read<T>(parsed.GetValue(config) ?? defaultFile, Overrides(parsed.UnmatchedTokens), UsageErrors.FlagsOf(parsed.CommandResult));

    /// <summary>Both <c>--key value</c> and <c>--key=value</c>; the value is null where none is given.</summary>
    /// <exception cref="UsageException">A value without a key.</exception>
    public static IReadOnlyList<KeyValuePair<string, string?>> Overrides(IReadOnlyList<string> tokens)
    {
        var overrides = new List<KeyValuePair<string, string?>>();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (!IsKey(tokens[i]))
            {
                throw new UsageException($"'{tokens[i]}' was not expected; keys are given as --key value");
            }

            var parts = tokens[i][2..].Split('=', 2);
            var value = parts.Length > 1 ? parts[1] : i + 1 < tokens.Count && !IsKey(tokens[i + 1]) ? tokens[++i] : null;
            overrides.Add(KeyValuePair.Create(parts[0], value));
        }

        return overrides;
    }

    private static bool IsKey(string token) => token.StartsWith("--", StringComparison.Ordinal) && token.Length > 2;
}
