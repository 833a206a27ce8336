using Thaw.Learning.Studies;

namespace Thaw.Cli.Configuration;

/// <summary>What a property of a configuration record may be: a scalar, a list, a dictionary with text keys, or a record of such.</summary>
internal static class ConfigurationTypes
{
    public static bool IsScalar(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) || type.IsPrimitive || type.IsEnum;
    }

    /// <returns>The element type of an <see cref="IReadOnlyList{T}"/>, else null.</returns>
    public static Type? ElementOrNull(Type type) => ArgumentOf(type, typeof(IReadOnlyList<>), 0);

    /// <returns>The value type of an <see cref="IReadOnlyDictionary{TKey, TValue}"/>, else null.</returns>
    public static Type? ValueOrNull(Type type) => ArgumentOf(type, typeof(IReadOnlyDictionary<,>), 1);

    public static bool IsRecord(Type type) => !IsScalar(type) && ElementOrNull(type) is null && ValueOrNull(type) is null;

    /// <returns>Of a record derived from <see cref="Overriding{T}"/> the settings whose keys it may also have, else null.</returns>
    public static Type? OverriddenOrNull(Type type)
    {
        for (var at = type; at is not null; at = at.BaseType)
        {
            if (ArgumentOf(at, typeof(Overriding<>), 0) is { } settings)
            {
                return settings;
            }
        }

        return null;
    }

    public static string Describe(Type type) =>
        ElementOrNull(type) is { } element ? $"list, each {Describe(element)}"
        : ValueOrNull(type) is { } value ? $"name: {Describe(value)}"
        : IsScalar(type) ? TypeWords.Of(type)
        : "keys: " + string.Join(", ", OwnKeys(type)) + (OverriddenOrNull(type) is { } settings ? $", and any of {NameOf(settings)}" : "");

    private static IEnumerable<string> OwnKeys(Type type) =>
        ConfigurationKeys.PropertiesOf(type).Where(property => property.DeclaringType!.IsAssignableFrom(type)).Select(property => KeyNames.FromProperty(property.Name));

    // SftOptions are those of sft.
    private static string NameOf(Type settings) => KeyNames.FromProperty(settings.Name.Replace("Options", "", StringComparison.Ordinal));

    private static Type? ArgumentOf(Type type, Type generic, int index) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == generic ? type.GetGenericArguments()[index] : null;
}
