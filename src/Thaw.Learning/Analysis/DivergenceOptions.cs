using Thaw.Learning.Checkpoints;

namespace Thaw.Learning.Analysis;

/// <summary>Which models to compare, and on which texts.</summary>
public sealed record DivergenceOptions
{
    /// <summary>The tuned model: a folder of a model, or of an adapter on <see cref="Base"/>.</summary>
    public required string Model { get; init; }

    public required string Base { get; init; }

    public string Task { get; init; } = "sokoban";

    /// <summary>Whose prompts are completed.</summary>
    public IReadOnlyList<string> Splits { get; init; } = ["id"];

    /// <summary>Whose completions the models are compared on.</summary>
    public IReadOnlyList<CompletionSource> Completions { get; init; } = [CompletionSource.Base, CompletionSource.Tuned];

    /// <summary>Prompts of each split, and rows of the built-in neutral text.</summary>
    public int Instances { get; init; } = 100;

    public ulong Seed { get; init; }

    /// <summary>New tokens of a completion, at most; null is what an answer of the task needs.</summary>
    public int? MaxNewTokens { get; init; }

    /// <summary>A text, each line a row, or JSON Lines with <c>text</c>; null is the built-in neutral text, and "none" leaves it out.</summary>
    public string? Neutral { get; init; }

    public string Device { get; init; } = "cpu";

    public WeightType Dtype { get; init; } = WeightType.Default;
}

/// <summary>Who wrote the completions that two models are compared on.</summary>
public enum CompletionSource
{
    /// <summary>Drawn from the base at temperature 1: forward divergences then sum up to an unbiased estimate of KL(base ‖ tuned) over whole completions.</summary>
    Base,

    /// <summary>Drawn from the tuned model at temperature 1: the same for KL(tuned ‖ base).</summary>
    Tuned,

    /// <summary>The solver's, of training instances of the split.</summary>
    Demonstrations,
}
