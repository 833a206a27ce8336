using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using Thaw.Core.Text;
using Thaw.Learning.Studies;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Thaw.Cli.Configuration;

/// <summary>Turns YAML nodes into values of the types that <see cref="ConfigurationTypes"/> allows.</summary>
internal sealed class ConfigurationBinder(NodePlaces places, IEnumerable<string> flags)
{
    /// <exception cref="UsageException">The node does not fit the type.</exception>
    public object Bind(Type type, YamlNode node) => Bind(type, node, "")!;

    private object? Bind(Type type, YamlNode node, string key)
    {
        if (node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" })
        {
            return Nullable.GetUnderlyingType(type) is not null || !type.IsValueType
                ? null
                : throw Wrong(node, key, TypeWords.Of(type), "nothing");
        }

        return ConfigurationTypes.IsScalar(type) ? Scalar(Nullable.GetUnderlyingType(type) ?? type, node, key)
            : ConfigurationTypes.ElementOrNull(type) is { } element ? List(element, node, key)
            : ConfigurationTypes.ValueOrNull(type) is { } value ? Dictionary(value, node, key)
            : Record(type, node, key);
    }

    private object Record(Type type, YamlNode node, string key)
    {
        if (node is not YamlMappingNode mapping)
        {
            throw Wrong(node, key, "a block of 'key: value' lines", node.ToString());
        }

        var record = Activator.CreateInstance(type)!;
        var properties = ConfigurationKeys.PropertiesOf(type).ToDictionary(property => KeyNames.FromProperty(property.Name));
        var given = new Dictionary<string, object?>();
        var nullability = new NullabilityInfoContext();
        foreach (var (keyNode, value) in mapping.Children)
        {
            var name = keyNode.ToString();
            if (!properties.Remove(name, out var property))
            {
                throw Unknown(keyNode, name, type, key);
            }

            var bound = Bind(property.PropertyType, value, Join(key, name));
            if (bound is null && nullability.Create(property).WriteState != NullabilityState.Nullable)
            {
                throw Wrong(value, Join(key, name), ConfigurationTypes.Describe(property.PropertyType), "nothing");
            }

            if (property.DeclaringType!.IsAssignableFrom(type))
            {
                property.SetValue(record, bound);
            }
            else
            {
                given.Add(name, bound);
            }
        }

        if (given.Count > 0)
        {
            type.GetProperty(nameof(Overriding<>.Given))!.SetValue(record, given);
        }

        var missing = properties.FirstOrDefault(property => property.Value.IsDefined(typeof(RequiredMemberAttribute))).Key;
        return missing is null ? record : throw new UsageException($"{places.Of(node)}: {Join(key, missing)} is missing.");
    }

    private Array List(Type element, YamlNode node, string key)
    {
        // On the command line `--splits id,fake` is shorter than `--splits '[id, fake]'`; a file has lists of its own.
        var items = node switch
        {
            YamlSequenceNode sequence => [.. sequence.Children],
            YamlScalarNode scalar when places.IsOverride(node) => Split(scalar, key),
            _ => throw Wrong(node, key, "a list", node.ToString()),
        };

        var list = Array.CreateInstance(element, items.Length);
        for (var i = 0; i < items.Length; i++)
        {
            list.SetValue(Item(element, items[i], $"{key}[{i}]"), i);
        }

        return list;
    }

    // An empty block is a record in which nothing is set: `nll:` among the arms of a study.
    private object Item(Type type, YamlNode node, string key) => Bind(type, node, key)
        ?? (ConfigurationTypes.IsRecord(type) ? Record(type, new YamlMappingNode(), key) : throw Wrong(node, key, ConfigurationTypes.Describe(type), "nothing"));

    private YamlNode[] Split(YamlScalarNode scalar, string key)
    {
        YamlNode[] parts = [.. scalar.Value!.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(part => new YamlScalarNode(part))];
        foreach (var part in parts)
        {
            places.Override(part, key);
        }

        return parts;
    }

    private object Dictionary(Type value, YamlNode node, string key)
    {
        if (node is not YamlMappingNode mapping)
        {
            throw Wrong(node, key, "a block of 'name: value' lines", node.ToString());
        }

        var dictionary = (System.Collections.IDictionary)Activator.CreateInstance(typeof(OrderedDictionary<,>).MakeGenericType(typeof(string), value))!;
        foreach (var (name, item) in mapping.Children)
        {
            dictionary.Add(name.ToString(), Item(value, item, Join(key, name.ToString())));
        }

        return dictionary;
    }

    private object Scalar(Type type, YamlNode node, string key)
    {
        var text = node is YamlScalarNode { Value: { } value } ? value : throw Wrong(node, key, TypeWords.Of(type), "a block or list");
        if (type == typeof(string))
        {
            return text;
        }

        if (type.IsEnum)
        {
            var name = Enum.GetNames(type).FirstOrDefault(candidate => KeyNames.Matches(text, KeyNames.FromProperty(candidate)));
            return name is null ? throw Wrong(node, key, TypeWords.Of(type), text) : Enum.Parse(type, name);
        }

        object? number = type switch
        {
            _ when type == typeof(bool) => bool.TryParse(text, out var flag) ? flag : null,
            _ when type == typeof(int) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null,
            _ when type == typeof(long) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole : null,
            _ when type == typeof(ulong) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? whole : null,
            _ when type == typeof(double) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real) ? real : null,
            _ => throw new NotSupportedException($"Configuration keys cannot be of type {type.Name}."),
        };
        return number ?? throw Wrong(node, key, TypeWords.Of(type), text);
    }

    private UsageException Unknown(YamlNode keyNode, string name, Type type, string above)
    {
        var known = ConfigurationKeys.PropertiesOf(type).Select(property => KeyNames.FromProperty(property.Name));
        if (above.Length == 0 && places.IsOverride(keyNode))
        {
            var dashed = known.Select(key => "--" + key).Concat(flags);
            return new UsageException(NearestName.Describe("flag", "--" + name, dashed));
        }

        return new UsageException($"{places.Of(keyNode)}: {NearestName.Describe("key", name, known)}{(above.Length > 0 ? $" (below {above})" : "")}.");
    }

    private UsageException Wrong(YamlNode node, string key, string expected, string found) =>
        new($"{places.Of(node)}: {(key.Length > 0 ? key : "the configuration")} must be {expected}, not '{found}'.");

    private static string Join(string above, string name) => above.Length == 0 ? name : $"{above}.{name}";
}
