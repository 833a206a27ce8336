using System.Collections;
using System.Globalization;
using Thaw.Learning.Studies;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Thaw.Cli.Configuration;

/// <summary>Writes a configuration record as YAML that <see cref="ConfigurationReader"/> reads back as the same values.</summary>
internal static class ConfigurationWriter
{
    public static string Write<T>(T configuration)
        where T : class
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        new YamlStream(new YamlDocument(Node(configuration))).Save(text, assignAnchors: false);
        var yaml = text.ToString().ReplaceLineEndings("\n");

        // The end-of-document mark is noise in a file with one document.
        return yaml.EndsWith("...\n", StringComparison.Ordinal) ? yaml[..^4] : yaml;
    }

    private static YamlNode Node(object? value) => value switch
    {
        null => Plain("null"),
        string text => new YamlScalarNode(text) { Style = IsPlain(text) ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted },
        bool flag => Plain(flag ? "true" : "false"),
        Enum name => Plain(KeyNames.FromProperty(name.ToString())),
        IFormattable number => Plain(number.ToString(null, CultureInfo.InvariantCulture)),
        IDictionary dictionary => new YamlMappingNode(
            dictionary.Keys.Cast<object>().Select(key => KeyValuePair.Create(Node(key), Node(dictionary[key])))),
        IEnumerable list => Sequence(list),
        _ => new YamlMappingNode(Values(value).Select(entry => KeyValuePair.Create<YamlNode, YamlNode>(entry.Key, Node(entry.Value)))),
    };

    // Of settings that override others, those that are given.
    private static IEnumerable<KeyValuePair<string, object?>> Values(object record)
    {
        var type = record.GetType();
        var given = type.GetProperty(nameof(Overriding<>.Given))?.GetValue(record) as IReadOnlyDictionary<string, object?>;
        return ConfigurationKeys.PropertiesOf(type)
            .Where(property => property.DeclaringType!.IsAssignableFrom(type))
            .Select(property => KeyValuePair.Create(KeyNames.FromProperty(property.Name), property.GetValue(record)))
            .Concat(given ?? new Dictionary<string, object?>());
    }

    private static YamlScalarNode Plain(string text) => new(text) { Style = ScalarStyle.Plain };

    private static YamlSequenceNode Sequence(IEnumerable list)
    {
        var nodes = list.Cast<object?>().Select(Node).ToList();
        return new YamlSequenceNode(nodes)
        {
            Style = nodes.TrueForAll(node => node is YamlScalarNode) ? YamlDotNet.Core.Events.SequenceStyle.Flow : YamlDotNet.Core.Events.SequenceStyle.Block,
        };
    }

    // Whatever could be read as a number, a word of YAML or punctuation is quoted.
    private static bool IsPlain(string text) =>
        text.Length > 0
        && (char.IsAsciiLetter(text[0]) || text[0] is '/' or '.')
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/')
        && text.ToUpperInvariant() is not ("TRUE" or "FALSE" or "NULL" or "YES" or "NO" or "ON" or "OFF" or "Y" or "N")
        && !double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
