using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Thaw.Cli.Options;

/// <summary>How flags read fractions: as configurations do, so that 0,5 is no number and never 5.</summary>
internal static class NumberFlags
{
    public static void ReadAsInvariant(Command command)
    {
        foreach (var option in command.Options)
        {
            switch (option)
            {
                case Option<double> number:
                    number.CustomParser = result => Parse(result) ?? 0;
                    break;
                case Option<double?> number:
                    number.CustomParser = Parse;
                    break;
            }
        }

        foreach (var below in command.Subcommands)
        {
            ReadAsInvariant(below);
        }
    }

    private static double? Parse(ArgumentResult result)
    {
        if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        // The words by which UsageErrors knows what is wrong.
        result.AddError($"'{result.Tokens[0].Value}' is not of the expected type");
        return null;
    }
}
