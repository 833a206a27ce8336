using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Thaw.Cli.Configuration;

/// <summary>Reads a YAML file and overrides from the command line into a record.</summary>
/// <remarks>
/// The record has <c>init</c> properties with their defaults; a <c>required</c> one must be given. Keys are the properties in snake_case.
/// A key that the record does not have is an error that names the nearest known one.
/// </remarks>
internal static class ConfigurationReader
{
    /// <param name="path">Null reads the overrides alone.</param>
    /// <param name="overrides">Keys as <c>learning_rate</c> or, below others, <c>training.learning_rate</c>; a list may be written <c>a,b</c> or in YAML. Without a value, a key that is true or false is true.</param>
    /// <param name="flags">Further names that the command line knows, for naming the nearest to an unknown key.</param>
    /// <exception cref="UsageException">An unknown key, a value of the wrong type, a missing key, or text that is no YAML; with file and line.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static T Read<T>(string? path, IReadOnlyList<KeyValuePair<string, string?>> overrides, IEnumerable<string>? flags = null)
        where T : class
    {
        var root = path is null ? new YamlMappingNode() : Load(path);
        var places = new NodePlaces(path);
        foreach (var (key, value) in overrides)
        {
            Override(root, typeof(T), key, value, places);
        }

        return (T)new ConfigurationBinder(places, flags ?? []).Bind(typeof(T), root);
    }

    /// <summary>What a configuration says, without asking whether this version knows its keys.</summary>
    /// <param name="path">For messages.</param>
    /// <returns>Each value as text by its path, such as <c>sft.loss_type</c>; a list is one value.</returns>
    /// <exception cref="UsageException">The text is no YAML, or no mapping.</exception>
    public static IReadOnlyDictionary<string, string> Values(string yaml, string path) => Leaves("", Load(new StringReader(yaml), path)).ToDictionary();

    private static IEnumerable<KeyValuePair<string, string>> Leaves(string path, YamlNode node) => node is YamlMappingNode map
        ? map.Children.SelectMany(child => Leaves(path.Length > 0 ? $"{path}.{child.Key}" : $"{child.Key}", child.Value))
        : [new(path, node.ToString())];

    private static YamlMappingNode Load(string path)
    {
        using var text = File.OpenText(path);
        return Load(text, path);
    }

    private static YamlMappingNode Load(TextReader text, string path)
    {
        var documents = Documents(text, mark => $"{path}:{mark.Line}", path);
        return documents switch
        {
            [] => new YamlMappingNode(),
            [{ RootNode: YamlMappingNode mapping }] => mapping,
            [{ RootNode: var other }] => throw new UsageException($"{path}:{other.Start.Line}: a configuration is a list of 'key: value' lines."),
            _ => throw new UsageException($"{path}: one YAML document expected, not {documents.Count}."),
        };
    }

    private static IList<YamlDocument> Documents(TextReader text, Func<Mark, string> place, string somewhere)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(text);
            return stream.Documents;
        }
        catch (YamlException error)
        {
            throw new UsageException($"{place(error.End)}: {error.Message.TrimEnd('.')}.");
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet 16.3 ends so at an open bracket with a plain text over two lines, and does not say where.
            throw new UsageException($"{somewhere}: not readable as YAML; is a bracket left open?");
        }
    }

    // Puts the value where the file would have it, so that one piece of code reads and checks both.
    private static void Override(YamlMappingNode root, Type type, string key, string? value, NodePlaces places)
    {
        var at = root;
        var parts = key.Split('.');
        for (var i = 0; i < parts.Length - 1; i++)
        {
            var name = Spelling(type, parts[i]);
            type = ConfigurationTypes.ValueOrNull(type) ?? PropertyType(type, name) ?? typeof(object);
            if (ConfigurationTypes.ElementOrNull(type) is { } element && i < parts.Length - 2 && ConfigurationTypes.IsRecord(element))
            {
                type = element;
                at = ItemOf(at, name, parts[++i], key);
                continue;
            }

            if (!at.Children.TryGetValue(name, out var below) || below is not YamlMappingNode next)
            {
                next = [];
                Set(at, name, next, key, places);
            }

            at = next;
        }

        var last = Spelling(type, parts[^1]);
        Set(at, last, Parse(value ?? Unsaid(PropertyType(type, last), key), key), key, places);
    }

    // Of a key that is not known, its reader has more to say.
    private static string Unsaid(Type? type, string key) =>
        type is null || type == typeof(bool) || type == typeof(bool?) ? "true" : throw new UsageException($"--{key} needs a value");

    // Of a list of records one can change what is there: --dataset_mixture.0.weight 2.
    private static YamlMappingNode ItemOf(YamlMappingNode at, string name, string place, string key)
    {
        var items = at.Children.TryGetValue(name, out var list) && list is YamlSequenceNode sequence ? sequence.Children : [];
        return !int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index >= items.Count
            ? throw new UsageException($"--{key}: '{place}' is no entry of {name}, which has {items.Count}; the first is 0.")
            : items[index] as YamlMappingNode ?? throw new UsageException($"--{key}: entry {index} of {name} is no block of 'key: value' lines.");
    }

    private static void Set(YamlMappingNode at, string name, YamlNode value, string key, NodePlaces places)
    {
        var keyNode = new YamlScalarNode(name);
        places.Override(keyNode, key);
        places.Override(value, key);
        at.Children.Remove(keyNode);
        at.Children.Add(keyNode, value);
    }

    private static string Spelling(Type type, string written) =>
        ConfigurationTypes.IsRecord(type)
            ? ConfigurationKeys.PropertiesOf(type).Select(property => KeyNames.FromProperty(property.Name)).FirstOrDefault(known => KeyNames.Matches(written, known)) ?? written
            : written;

    private static Type? PropertyType(Type type, string name) =>
        ConfigurationTypes.IsRecord(type)
            ? ConfigurationKeys.PropertiesOf(type).FirstOrDefault(property => KeyNames.FromProperty(property.Name) == name)?.PropertyType
            : null;

    private static YamlNode Parse(string value, string key)
    {
        if (value is not ['[' or '{', ..])
        {
            return new YamlScalarNode(value) { Style = value.Length == 0 ? ScalarStyle.DoubleQuoted : ScalarStyle.Plain };
        }

        return Documents(new StringReader(value), _ => $"--{key}", $"--{key}")[0].RootNode;
    }
}
