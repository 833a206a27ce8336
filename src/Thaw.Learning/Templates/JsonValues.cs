using System.Numerics;
using System.Text.Json;
using Thaw.Learning.Jinja.Python;
using Thaw.Learning.Jinja.Values;

namespace Thaw.Learning.Templates;

/// <summary>JSON as values of a template, as Python's <c>json.loads</c> reads it.</summary>
internal static class JsonValues
{
    /// <param name="place">Names the element in messages: <c>messages[0]</c>.</param>
    /// <exception cref="FormatException">A text holds half of a surrogate pair, or a whole number has too many digits; the message names the place.</exception>
    public static Value Read(JsonElement element, string place) => element.ValueKind switch
    {
        JsonValueKind.String => new StringValue(Text(element, place)),
        JsonValueKind.Number => Number(element.GetRawText(), place),
        JsonValueKind.True => BoolValue.True,
        JsonValueKind.False => BoolValue.False,
        JsonValueKind.Array => new ListValue([.. element.EnumerateArray().Select((item, i) => Read(item, $"{place}[{i}]"))]),
        JsonValueKind.Object => new DictValue(element.EnumerateObject().Select(member =>
        {
            var name = Name(member, place);
            return KeyValuePair.Create<Value, Value>(new StringValue(name), Read(member.Value, $"{place}.{name}"));
        })),
        _ => NoneValue.Instance,
    };

    private static Value Number(string digits, string place)
    {
        if (digits.AsSpan().ContainsAny('.', 'e', 'E'))
        {
            // Beyond the range of a double Python has infinity here, and so has .NET.
            return new FloatValue(double.Parse(digits, System.Globalization.CultureInfo.InvariantCulture));
        }

        return Numbers.TryParse(digits, 10, out BigInteger number)
            ? new IntegerValue(number)
            : throw new FormatException($"{place}: a whole number of more than {Numbers.MaxDigits} digits.");
    }

    // JSON allows half of a surrogate pair, which .NET cannot hold and no tokenizer can encode.
    private static string Text(JsonElement element, string place)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException($"{place}: half of a surrogate pair is no text.", error);
        }
    }

    private static string Name(JsonProperty member, string place)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException($"{place}: a key holds half of a surrogate pair, which is no text.", error);
        }
    }
}
