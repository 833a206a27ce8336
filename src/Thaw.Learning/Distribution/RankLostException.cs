namespace Thaw.Learning.Distribution;

/// <summary>Another rank is gone, so this one cannot go on. The last checkpoint is whole.</summary>
public sealed class RankLostException : IOException
{
    internal RankLostException(RankLoss loss, Exception? cause = null)
        : base(loss.Describe(), cause)
    {
    }
}

/// <summary>Which rank was lost first, and how.</summary>
internal sealed record RankLoss(int Rank, LossKind Kind)
{
    public string Describe() => Kind switch
    {
        LossKind.Failed => $"Rank {Rank} stopped with an error, which it has reported itself; the job ends. The last checkpoint is whole: the same command goes on from it.",
        LossKind.Silent => $"Rank {Rank} has given no sign of life for {RankWatch.Patience} s; the job ends. The last checkpoint is whole: the same command goes on from it.",
        _ => $"Rank {Rank} is gone: its process was killed or its connection broke; the job ends. The last checkpoint is whole: the same command goes on from it.",
    };
}

internal enum LossKind
{
    /// <summary>Its connection ended without a word.</summary>
    Gone,

    /// <summary>It said that it stops with an error.</summary>
    Failed,

    /// <summary>Its connection is there, but nothing comes.</summary>
    Silent,
}
