namespace Thaw.Core.Generation;

/// <summary>How a completion is drawn.</summary>
public sealed record SamplingOptions
{
    public static SamplingOptions Greedy { get; } = new();

    public int MaxNewTokens { get; init; } = 64;

    /// <summary>0 is greedy: the most probable token, the lowest id among equals.</summary>
    public double Temperature { get; init; }

    /// <summary>Only the k most probable tokens are drawn from; 0 keeps all.</summary>
    public int TopK { get; init; }

    /// <summary>Only the smallest set of most probable tokens with at least this mass is drawn from; 1 keeps all.</summary>
    public double TopP { get; init; } = 1.0;

    /// <summary>With the index of the prompt in its call, decides every random draw.</summary>
    public ulong Seed { get; init; }

    public bool IsGreedy => Temperature == 0;
}
