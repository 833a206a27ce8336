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

    /// <exception cref="InvalidDataException">Not JSON of this form, or numbers are missing: <c>FILE: key 'KEY' cause</c>.</exception>
    public static ReferenceNumbers Read(string path)
    {
        try
        {
            var numbers = JsonSerializer.Deserialize<ReferenceNumbers>(File.ReadAllBytes(path)) ?? throw new InvalidDataException($"{path}: holds null.");
            numbers.RequireWhole(path);
            return numbers;
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"{path}: line {error.LineNumber + 1}: {error.Message}", error);
        }
    }

    // What is not there cannot differ, and a comparison with nothing must not say that a model agrees.
    private void RequireWhole(string path)
    {
        Require(InputIds is { Length: > 0 } && InputIds.All(row => row is { Length: > 0 } && row.Length == InputIds[0].Length), "input_ids", "must be rows of one length");
        var (rows, length) = (InputIds!.Length, InputIds[0].Length);
        Require(LogitsShape is [var b, var t, > 0] && b == rows && t == length, "logits_shape", $"must be [{rows}, {length}, vocabulary]");
        var vocabulary = LogitsShape![2];
        Require(InputIds.All(row => row.All(id => id >= 0 && id < vocabulary)), "input_ids", $"has a token beyond the vocabulary of {vocabulary}");
        Require(Labels?.Length == rows && Labels.All(row => row?.Length == length), "labels", "must have the form of input_ids");
        Require(Labels!.Any(row => row.Skip(1).Any(label => label != -100)), "labels", "scores no token");
        Require(LogitsFirst?.Length == vocabulary, "logits_first_row", $"must have {vocabulary} numbers");
        Require(LogitsLast?.Length == rows && LogitsLast.All(row => row?.Length == vocabulary), "logits_last", $"must have {vocabulary} numbers for each of {rows} rows");
        Require(GradientNorms is { Count: > 0 }, "grad_norms", "is empty");
        Require(AdamW?.Losses is { Length: > 0 }, "adamw.losses", "is empty");

        void Require(bool condition, string key, string cause)
        {
            if (!condition)
            {
                throw new InvalidDataException($"{path}: key '{key}' {cause}.");
            }
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
