using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Thaw.Core.Storage;

/// <summary>How this project writes JSON: snake_case keys and enum values, no null members, and √, ⬆️ and &lt; as themselves.</summary>
public static class JsonFormat
{
    /// <summary>One line, for JSON Lines and for <c>--json</c>.</summary>
    public static JsonSerializerOptions Line { get; } = Make(isIndented: false);

    public static JsonSerializerOptions Indented { get; } = Make(isIndented: true);

    /// <summary>The name of an enum member in files: <c>TrainingWord</c> is <c>training_word</c>.</summary>
    public static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static JsonSerializerOptions Make(bool isIndented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = isIndented,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };
}
