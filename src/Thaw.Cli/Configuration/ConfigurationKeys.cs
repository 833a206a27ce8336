using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using Thaw.Learning.Studies;

namespace Thaw.Cli.Configuration;

/// <summary>One key of a configuration, for help and for errors.</summary>
/// <param name="Name">With the keys above it: <c>training.learning_rate</c>.</param>
/// <param name="Default">As written in YAML; null where the key is required or has no default worth showing.</param>
internal sealed record ConfigurationKey(string Name, string Type, string? Default, string Description)
{
    public string Describe() =>
        string.Join("; ", new[] { Description, Default is null ? Type : $"{Type} (default {Default})" }.Where(part => part.Length > 0));
}

/// <summary>The keys that a configuration record has.</summary>
internal static class ConfigurationKeys
{
    /// <summary>The properties that are keys: public and settable when the record is made, and those of the settings that it overrides.</summary>
    public static IEnumerable<PropertyInfo> PropertiesOf(Type record)
    {
        var own = record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.SetMethod is { IsPublic: true });
        return ConfigurationTypes.OverriddenOrNull(record) is { } settings
            ? own.Where(property => property.Name != nameof(Overriding<>.Given)).Concat(PropertiesOf(settings))
            : own;
    }

    public static IReadOnlyList<ConfigurationKey> Of(Type record) => [.. Below(record, Activator.CreateInstance(record), "")];

    private static IEnumerable<ConfigurationKey> Below(Type record, object? defaults, string prefix)
    {
        foreach (var property in PropertiesOf(record))
        {
            var name = prefix + KeyNames.FromProperty(property.Name);
            var value = defaults is null ? null : property.GetValue(defaults);
            if (ConfigurationTypes.IsRecord(property.PropertyType))
            {
                foreach (var key in Below(property.PropertyType, value, name + "."))
                {
                    yield return key;
                }
            }
            else
            {
                yield return new ConfigurationKey(
                    name,
                    ConfigurationTypes.Describe(property.PropertyType),
                    value is IConvertible and not "" ? DefaultText(value) : null,
                    property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "");
            }
        }
    }

    private static string DefaultText(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        Enum name => KeyNames.FromProperty(name.ToString()),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
