using System.CommandLine;
using Thaw.Core.Storage;
using Thaw.Core.Text;

namespace Thaw.Cli.Options;

/// <summary>Words of a closed list on the command line: <c>cot-brief</c>, where files have <c>cot_brief</c>.</summary>
internal static class FlagWord
{
    public static string Of<T>(T value)
        where T : struct, Enum => JsonFormat.NameOf(value).Replace('_', '-');

    /// <summary>The member that the flag names.</summary>
    /// <exception cref="UsageException">It names none; the message gives the nearest one.</exception>
    public static T Read<T>(ParseResult parsed, Option<string> option)
        where T : struct, Enum
    {
        var name = OneOf(parsed, option, [.. Enum.GetValues<T>().Select(Of)]);
        return Enum.GetValues<T>().Single(value => Of(value) == name);
    }

    /// <summary>The member that a word of a flag names.</summary>
    /// <exception cref="UsageException">It names none; the message gives the nearest one.</exception>
    public static T Read<T>(string flag, string word)
        where T : struct, Enum
    {
        var known = Enum.GetValues<T>().Select(value => (Name: Of(value), Value: value)).ToList();
        var index = known.FindIndex(entry => entry.Name == word);
        return index >= 0 ? known[index].Value : throw new UsageException(NearestName.Describe(flag[2..], word, known.Select(entry => entry.Name)));
    }

    /// <exception cref="UsageException">The flag has another value than <paramref name="known"/>; the message gives the nearest one.</exception>
    public static string OneOf(ParseResult parsed, Option<string> option, params string[] known)
    {
        var name = parsed.GetRequiredValue(option);
        return known.Contains(name) ? name : throw new UsageException(NearestName.Describe(option.Name[2..], name, known));
    }
}
