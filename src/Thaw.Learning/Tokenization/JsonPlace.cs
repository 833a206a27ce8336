using System.Text.Json;
using Thaw.Learning.Checkpoints;

namespace Thaw.Learning.Tokenization;

/// <summary>A value in a JSON file that knows where it is, so that every complaint names file and key.</summary>
internal readonly record struct JsonPlace(string File, string Key, JsonElement Value)
{
    /// <summary>Parses <paramref name="json"/> and reads from its root.</summary>
    /// <exception cref="InvalidDataException">The bytes are not JSON, or <paramref name="read"/> says so.</exception>
    public static T ReadFile<T>(string file, ReadOnlyMemory<byte> json, Func<JsonPlace, T> read)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return read(new JsonPlace(file, "", document.RootElement));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string with half a surrogate pair, which JSON allows and .NET cannot hold.
            throw new InvalidDataException($"{file}: not valid JSON: {JsonFault.Describe(error)}", error);
        }
    }

    public InvalidDataException Bad(string cause) => new($"{File}: {(Key.Length == 0 ? "the file" : Key)} {cause}");

    /// <returns>The member, or null where it is missing or JSON's null.</returns>
    public JsonPlace? Find(string name)
    {
        Expect(JsonValueKind.Object, "an object");
        return Value.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? At(name, member) : null;
    }

    public JsonPlace Require(string name) => Find(name) ?? throw Bad($"has no '{name}'.");

    public string Text()
    {
        Expect(JsonValueKind.String, "a string");
        return Value.GetString()!;
    }

    public int Number() => Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out var number) ? number : throw Bad("must be a whole number.");

    public bool Flag() => Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? Value.GetBoolean() : throw Bad("must be true or false.");

    public IEnumerable<JsonPlace> Items()
    {
        Expect(JsonValueKind.Array, "a list");
        var place = this;
        return Value.EnumerateArray().Select((item, i) => new JsonPlace(place.File, $"{place.Key}[{i}]", item));
    }

    public IEnumerable<(string Name, JsonPlace Place)> Members()
    {
        Expect(JsonValueKind.Object, "an object");
        var place = this;
        return Value.EnumerateObject().Select(member => (member.Name, place.At(member.Name, member.Value)));
    }

    private JsonPlace At(string name, JsonElement value) => new(File, Key.Length == 0 ? name : $"{Key}.{name}", value);

    private void Expect(JsonValueKind kind, string wanted)
    {
        if (Value.ValueKind != kind)
        {
            throw Bad($"must be {wanted}.");
        }
    }
}
