using System.Text.Json;
using System.Text.Json.Serialization;

namespace Thaw.Learning.Verification;

/// <summary>Numbers of a model made by another program; the form of <c>reference.json</c>.</summary>
public sealed record ReferenceNumbers
{
    [JsonPropertyName("input_ids")] public required int[][] InputIds { get; init; }

    /// <summary>-100 marks a token that is not scored.</summary>
    [JsonPropertyName("labels")] public required int[][] Labels { get; init; }

    [JsonPropertyName("logits_shape")] public required long[] LogitsShape { get; init; }

    /// <summary>Logits of the last position of each row.</summary>
    [JsonPropertyName("logits_last")] public required double[][] LogitsLast { get; init; }

    /// <summary>Logits of the first position of the first row.</summary>
    [JsonPropertyName("logits_first_row")] public required double[] LogitsFirst { get; init; }

    [JsonPropertyName("logits_sum_abs")] public required double LogitsSumAbsolute { get; init; }

    [JsonPropertyName("loss")] public required double Loss { get; init; }

    [JsonPropertyName("grad_norm")] public required double GradientNorm { get; init; }

    [JsonPropertyName("grad_norms")] public required IReadOnlyDictionary<string, double> GradientNorms { get; init; }

    [JsonPropertyName("adamw")] public required ReferenceAdamW AdamW { get; init; }

    /// <exception cref="InvalidDataException">Not JSON of this form.</exception>
    public static ReferenceNumbers Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<ReferenceNumbers>(File.ReadAllBytes(path)) ?? throw new InvalidDataException($"{path}: holds null.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: line {error.LineNumber + 1}: {error.Message}", error);
        }
    }
}

/// <summary>Settings and losses of some AdamW steps on the same batch.</summary>
public sealed record ReferenceAdamW
{
    [JsonPropertyName("lr")] public required double LearningRate { get; init; }

    [JsonPropertyName("beta1")] public required double Beta1 { get; init; }

    [JsonPropertyName("beta2")] public required double Beta2 { get; init; }

    [JsonPropertyName("eps")] public required double Epsilon { get; init; }

    [JsonPropertyName("weight_decay")] public required double WeightDecay { get; init; }

    [JsonPropertyName("max_grad_norm")] public required double MaxGradientNorm { get; init; }

    /// <summary>Loss before each step.</summary>
    [JsonPropertyName("losses")] public required double[] Losses { get; init; }
}
