using Thaw.Core.Generation;
using Thaw.Core.Tasks;

namespace Thaw.Core.Evaluation;

/// <summary>How much to play, and how.</summary>
public sealed record EvaluationOptions
{
    /// <summary>Episodes for each split.</summary>
    public int Instances { get; init; } = 200;

    /// <summary>Decides instances, words that are drawn, and sampling.</summary>
    public ulong Seed { get; init; }

    /// <summary>Checkpoints are chosen on validation; results are reported on test.</summary>
    public Fold Fold { get; init; } = Fold.Test;

    /// <summary>Prompts for one call of the generator, at most.</summary>
    public int BatchSize { get; init; } = 256;

    public SamplingOptions Sampling { get; init; } = SamplingOptions.Greedy;
}
