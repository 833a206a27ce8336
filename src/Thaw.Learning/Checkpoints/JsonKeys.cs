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
        if (!File.Exists(file))
        {
            throw new FileNotFoundException($"{file}: no such file.", file);
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new JsonKeys(file, "", document.RootElement.Clone())
                : throw new InvalidDataException($"{file}: a JSON object is expected, not {document.RootElement.ValueKind}.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{file}: line {error.LineNumber + 1}: not JSON: {error.Message}", error);
        }
    }

    public InvalidDataException Error(string key, string cause) => new($"{_file}: key '{_path}{key}': {cause}.");

    /// <summary>A key that is there and not null.</summary>
    public bool Has(string key) => _element.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null;

    public void Refuse(string key, string cause)
    {
        if (Has(key))
        {
            throw Error(key, cause);
        }
    }

    public string String(string key) => Get(key) is { ValueKind: JsonValueKind.String } value
        ? value.GetString()!
        : throw Error(key, "a string is expected");

    public int Int(string key) => Get(key) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var number) && number > 0
        ? number
        : throw Error(key, "a positive whole number is expected");

    public int Int(string key, int otherwise) => Has(key) ? Int(key) : otherwise;

    public double Number(string key) => Get(key) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : throw Error(key, "a number is expected");

    public double Number(string key, double otherwise) => Has(key) ? Number(key) : otherwise;

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
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt32(out var number) => [number],
        { ValueKind: JsonValueKind.Array } value => [.. value.EnumerateArray().Select(v => v.TryGetInt32(out var number) ? number : throw Error(key, "whole numbers are expected"))],
        _ => throw Error(key, "a whole number or a list of them is expected"),
    };

    private JsonElement Get(string key) => _element.TryGetProperty(key, out var value) ? value : throw Error(key, "missing");
}
