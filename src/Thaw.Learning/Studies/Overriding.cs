using System.Reflection;
using System.Text.Json;

namespace Thaw.Learning.Studies;

/// <summary>Some keys of a record of settings and their values: what differs from settings that are shared.</summary>
/// <remarks>A record derived from it may have keys of its own; in a file both stand side by side.</remarks>
/// <typeparam name="T">A record whose public properties can all be set when it is made, or follow from those.</typeparam>
public abstract record Overriding<T>
    where T : class, new()
{
    private readonly SortedDictionary<string, object?> _given = [];

    /// <summary>By key as in files, <c>learning_rate</c>, in alphabetical order: the order in which they were written means nothing.</summary>
    /// <exception cref="ArgumentException">A key that <typeparamref name="T"/> does not have.</exception>
    public IReadOnlyDictionary<string, object?> Given
    {
        get => _given;
        init
        {
            _given = new SortedDictionary<string, object?>(value.ToDictionary(), StringComparer.Ordinal);
            if (_given.Keys.FirstOrDefault(key => PropertyOrNull(key) is null) is { } stranger)
            {
                throw new ArgumentException($"Key '{stranger}' is none of {typeof(T).Name}.");
            }
        }
    }

    /// <summary>The shared settings with the given values in their places.</summary>
    public T Over(T shared)
    {
        var result = new T();
        foreach (var property in Settable())
        {
            property.SetValue(result, property.GetValue(shared));
        }

        foreach (var (key, value) in _given)
        {
            PropertyOrNull(key)!.SetValue(result, value);
        }

        return result;
    }

    private static PropertyInfo? PropertyOrNull(string key) =>
        Settable().FirstOrDefault(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name) == key);

    private static IEnumerable<PropertyInfo> Settable() => typeof(T).GetProperties().Where(property => property.SetMethod is { IsPublic: true });
}
