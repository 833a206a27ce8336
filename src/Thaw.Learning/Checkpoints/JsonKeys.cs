using System.Text.Json;

namespace Thaw.Learning.Checkpoints;

/// <summary>A JSON object whose keys are asked for by kind; every failure names the file and the key.</summary>
internal sealed class JsonKeys
{
    private readonly string _file;
    private readonly string _path;
    private readonly JsonElement _element;

    private JsonKeys(string file, string path, JsonElement element) => (_file, _path, _element) = (file, path, element);

    /// <exception cref="InvalidDataException">The file does not hold a JSON object.</exception>
    public static JsonKeys Read(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(BoundedFile.Read(file, BoundedFile.MostOfSettings));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new JsonKeys(file, "", document.RootElement.Clone())
                : throw new InvalidDataException($"{file}: a JSON object is expected, not {document.RootElement.ValueKind}.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{file}: line {error.LineNumber + 1}: not JSON: {JsonFault.Describe(error)}", error);
        }
    }

    public InvalidDataException Error(string key, string cause) => new($"{_file}: key '{_path}{key}': {cause}.");

    /// <summary>A key that is there and not null.</summary>
    public bool Has(string key) => _element.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A key that is there and says null.</summary>
    public bool IsNull(string key) => _element.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Null;

    public void Refuse(string key, string cause)
    {
        if (Has(key))
        {
            throw Error(key, cause);
        }
    }

    public string String(string key) => TextOrNull(Get(key)) ?? throw Error(key, "a string is expected");

    /// <summary>A list of strings; empty where the key is missing or null.</summary>
    public IReadOnlyList<string> Strings(string key) => !Has(key) ? [] : Get(key) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(item => TextOrNull(item) ?? throw Error(key, "strings are expected"))]
        : throw Error(key, "a list of strings is expected");

    public bool IsString(string key) => Has(key) && Get(key).ValueKind == JsonValueKind.String;

    /// <summary>Missing, null, or an empty list, object or string: nothing is asked for.</summary>
    public bool IsEmpty(string key) => !Has(key) || Get(key) switch
    {
        { ValueKind: JsonValueKind.Array } list => list.GetArrayLength() == 0,
        { ValueKind: JsonValueKind.Object } map => !map.EnumerateObject().Any(),
        { ValueKind: JsonValueKind.String } text => text.ValueEquals(""u8),
        _ => false,
    };

    public int Int(string key) => Get(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number > 0
        ? number
        : throw Error(key, "a positive whole number is expected");

    public int Int(string key, int otherwise) => Has(key) ? Int(key) : otherwise;

    /// <summary>A whole number from 0, unlike <see cref="Int(string)"/>.</summary>
    public int WholeNumber(string key, int otherwise) => !Has(key) ? otherwise
        : Get(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number >= 0
            ? number
            : throw Error(key, "a whole number from 0 is expected");

    public double Number(string key) => Get(key) is { ValueKind: JsonValueKind.Number } value && double.IsFinite(value.GetDouble())
        ? value.GetDouble()
        : throw Error(key, "a number is expected");

    public double Number(string key, double otherwise) => Has(key) ? Number(key) : otherwise;

    public double PositiveNumber(string key) => Number(key) is > 0 and var number ? number : throw Error(key, "a positive number is expected");

    public double PositiveNumber(string key, double otherwise) => Has(key) ? PositiveNumber(key) : otherwise;

    public bool Bool(string key, bool otherwise) => !Has(key) ? otherwise : Get(key).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Error(key, "true or false is expected"),
    };

    public JsonKeys? ObjectOrNull(string key) => !Has(key) ? null : Get(key) is { ValueKind: JsonValueKind.Object } value
        ? new JsonKeys(_file, $"{_path}{key}.", value)
        : throw Error(key, "an object is expected");

    /// <summary>Token ids that may be given as one number or as a list.</summary>
    public IReadOnlyList<int> Ints(string key) => !Has(key) ? [] : Get(key) switch
    {
        { ValueKind: JsonValueKind.Number } value => [TokenId(value, key)],
        { ValueKind: JsonValueKind.Array } value => [.. value.EnumerateArray().Select(item => TokenId(item, key))],
        _ => throw Error(key, "a whole number from 0 is expected, or a list of them"),
    };

    private int TokenId(JsonElement value, string key) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var id) && id >= 0
        ? id
        : throw Error(key, "a whole number from 0 is expected, or a list of them");

    // JSON allows half a surrogate pair, which .NET cannot hold.
    private static string? TextOrNull(JsonElement value)
    {
        try
        {
            return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private JsonElement Get(string key) => _element.TryGetProperty(key, out var value) ? value : throw Error(key, "missing");
}
