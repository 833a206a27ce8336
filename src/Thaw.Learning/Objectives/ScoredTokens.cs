using Thaw.Torch;

namespace Thaw.Learning.Objectives;

/// <summary>What the model and its reference say about N tokens that were demonstrated or sampled. The caller's scope owns the tensors.</summary>
public sealed class ScoredTokens
{
    /// <param name="logitsNV">In float32 or float64.</param>
    /// <param name="targetsN">The tokens that were written, int64.</param>
    /// <param name="referenceLogitsNV">Logits of the objective's reference at the same places, without gradient.</param>
    /// <param name="sequences">For each token, the number of its sequence; null where all are of one.</param>
    public ScoredTokens(Tensor logitsNV, Tensor targetsN, Tensor? referenceLogitsNV = null, IReadOnlyList<int>? sequences = null)
    {
        LogitsNV = logitsNV;
        TargetsN = targetsN;
        Sequences = sequences ?? new int[logitsNV.Shape[0]];
        LogNV = logitsNV.LogSoftmax(-1);
        LogN = Chosen(LogNV);
        ReferenceNV = referenceLogitsNV?.LogSoftmax(-1);
        ReferenceN = ReferenceNV is null ? null : Chosen(ReferenceNV);
    }

    public Tensor LogitsNV { get; }

    public Tensor TargetsN { get; }

    public IReadOnlyList<int> Sequences { get; }

    /// <summary>log π(v) of every token of the vocabulary.</summary>
    public Tensor LogNV { get; }

    /// <summary>log π(y) of the token that was written.</summary>
    public Tensor LogN { get; }

    /// <summary>log π_ref(v); null without a reference.</summary>
    public Tensor? ReferenceNV { get; }

    /// <summary>log π_ref(y); null without a reference.</summary>
    public Tensor? ReferenceN { get; }

    /// <summary>Null where the tokens were demonstrated and not sampled.</summary>
    public RolloutTokens? Rollout { get; init; }

    /// <summary>π(y) as a number, without gradient.</summary>
    public Tensor StoppedProbabilityN => LogN.Detach().Exp();

    internal Tensor RequireReferenceNV() => ReferenceNV ?? throw NoReference();

    internal Tensor RequireReferenceN() => ReferenceN ?? throw NoReference();

    private static InvalidOperationException NoReference() => new("The objective compares with a reference, but none was computed.");

    private Tensor Chosen(Tensor logNV) => logNV.Gather(-1, TargetsN.Unsqueeze(-1)).Reshape(-1);
}
