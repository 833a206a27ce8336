using Thaw.Learning.Checkpoints;

namespace Thaw.Learning.Analysis;

/// <summary>Which mixtures of base and tuned model are played, and where.</summary>
public sealed record InterpolationOptions
{
    /// <summary>The tuned model: a folder of a model, or of an adapter on <see cref="Base"/>.</summary>
    public required string Model { get; init; }

    public required string Base { get; init; }

    /// <summary>Folder for the results.</summary>
    public required string OutputDir { get; init; }

    public string Task { get; init; } = "sokoban";

    public IReadOnlyList<string> Splits { get; init; } = [];

    /// <summary>Shares of the tuned model, 0 to 1, in the order of the table.</summary>
    public IReadOnlyList<double> Alphas { get; init; } = [0, 0.25, 0.5, 0.75, 1];

    /// <summary>Episodes of each split.</summary>
    public int Instances { get; init; } = 200;

    public ulong Seed { get; init; }

    /// <summary>New tokens of a turn, at most; null is what an answer of the task needs.</summary>
    public int? MaxNewTokens { get; init; }

    /// <summary>Keeps the weights of every mixture, in <c>alpha-A/model</c>.</summary>
    public bool SaveAll { get; init; }

    /// <summary>Chooses a mixture on validation instances and keeps its weights, in <c>best</c>.</summary>
    public bool SaveBest { get; init; }

    public string Device { get; init; } = "cpu";

    public WeightType Dtype { get; init; } = WeightType.Default;

    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public void Validate()
    {
        if (Alphas.Count == 0 || Alphas.Any(alpha => alpha is not (>= 0 and <= 1)))
        {
            throw new ArgumentException($"alphas: numbers from 0 to 1 are expected, not '{string.Join(",", Alphas)}'.");
        }

        if (Alphas.Distinct().Count() < Alphas.Count)
        {
            throw new ArgumentException("alphas: one is there twice.");
        }
    }
}
