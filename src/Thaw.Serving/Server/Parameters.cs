using System.Globalization;
using System.Text.Json;
using Thaw.Core.Text;

namespace Thaw.Serving.Server;

/// <summary>The keys of a request, read one by one; a value of the wrong kind is an error that names its key.</summary>
/// <remarks>A null is as good as no value, as in the API.</remarks>
internal sealed class Parameters
{
    private readonly Dictionary<string, JsonElement> _values = [];

    /// <param name="body">An object whose keys are text and occur once, as <see cref="RequestBody"/> makes sure.</param>
    /// <param name="known">All keys that a request may have.</param>
    /// <exception cref="ApiException">Another key.</exception>
    public Parameters(JsonElement body, IReadOnlySet<string> known, string prefix = "")
    {
        foreach (var property in body.EnumerateObject())
        {
            if (!known.Contains(property.Name))
            {
                var name = $"{prefix}{property.Name}";
                throw new ApiException(400, $"{NearestName.Describe("parameter", name, known.Select(key => prefix + key))}.", name, "unknown_parameter");
            }

            if (property.Value.ValueKind != JsonValueKind.Null)
            {
                _values.Add(property.Name, property.Value);
            }
        }
    }

    public bool Has(string key) => _values.ContainsKey(key);

    public JsonElement? Find(string key) => _values.TryGetValue(key, out var value) ? value : null;

    /// <exception cref="ApiException">There is none.</exception>
    public JsonElement Require(string key) => Find(key) ?? throw new ApiException(400, $"'{key}' is required.", key, "missing_required_parameter");

    public bool Flag(string key) => Find(key) switch
    {
        null or { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        _ => throw WrongKind(key, "true or false"),
    };

    public string? Text(string key) => Find(key) is { } value ? TextOf(value, key) : null;

    /// <summary>Low and high are allowed.</summary>
    public double Number(string key, double low, double high, double otherwise) => Find(key) is not { } value
        ? otherwise
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number >= low && number <= high ? number : throw OutOfRange(key, low, high)
            : throw WrongKind(key, "a number");

    /// <summary>Low and high are allowed. A number such as 3.0 is whole.</summary>
    public int? Whole(string key, int low, int high) => Find(key) is { } value
        ? WholeOf(value, key) is { } number && number >= low && number <= high ? (int)number : throw OutOfRange(key, low, high)
        : null;

    /// <summary>Any whole number of 64 bits.</summary>
    public long? Long(string key) => Find(key) is { } value ? WholeOf(value, key) ?? throw WrongKind(key, "a whole number of at most 64 bits") : null;

    /// <exception cref="ApiException">No text, or half of a surrogate pair.</exception>
    public static string TextOf(JsonElement value, string param)
    {
        if (value.ValueKind != JsonValueKind.String)
        {
            throw WrongKind(param, "a string");
        }

        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw ApiException.Invalid(param, $"'{param}' holds half of a surrogate pair.");
        }
    }

    public static ApiException WrongKind(string param, string expected) => new(400, $"'{param}' must be {expected}.", param, "invalid_type");

    private static ApiException OutOfRange(string key, double low, double high) => ApiException.Invalid(
        key,
        low == double.Epsilon
            ? string.Create(CultureInfo.InvariantCulture, $"'{key}' must lie above 0 and at most at {high}.")
            : string.Create(CultureInfo.InvariantCulture, $"'{key}' must lie between {low} and {high}."));

    // Null where it is whole but does not fit.
    private static long? WholeOf(JsonElement value, string key)
    {
        if (value.ValueKind != JsonValueKind.Number)
        {
            throw WrongKind(key, "a whole number");
        }

        if (value.TryGetInt64(out var whole))
        {
            return whole;
        }

        if (!value.TryGetDouble(out var number) || Math.Abs(number) > 1e15)
        {
            return null;
        }

        return Math.Floor(number) == number ? (long)number : throw WrongKind(key, "a whole number");
    }
}
