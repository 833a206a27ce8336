namespace Thaw.Learning.Generation;

/// <summary>What a <see cref="GenerationEngine"/> may use.</summary>
public sealed record EngineLimits
{
    /// <summary>Rows that are decoded together; the others wait.</summary>
    public int MaxRows { get; init; } = 256;

    /// <summary>Tokens whose keys and values are kept, of running rows and of earlier ones together. Memory is taken as it is needed.</summary>
    public int MaxCachedTokens { get; init; } = 1 << 17;

    /// <summary>Prompt tokens that are read in one step besides one token for each running row.</summary>
    public int PrefillChunk { get; init; } = 2048;

    /// <summary>Whether rows that begin alike use each other's keys and values, at the same time or later. Without it each row reads its prompt by itself; its tokens are the same.</summary>
    public bool PrefixSharing { get; init; } = true;

    /// <exception cref="ArgumentException">A limit is not positive.</exception>
    public void Validate()
    {
        if (MaxRows <= 0 || MaxCachedTokens <= 0 || PrefillChunk <= 0)
        {
            throw new ArgumentException($"Limits must be positive: {this}.");
        }
    }
}
