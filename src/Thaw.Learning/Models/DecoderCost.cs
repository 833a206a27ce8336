namespace Thaw.Learning.Models;

/// <summary>Floating-point operations of a decoder as a function of its configuration, a multiplication and an addition counted as two.</summary>
/// <remarks>Matrix products alone, as in the appendices of arXiv:2001.08361 and 2204.02311; attention is counted causal, without what the mask hides.</remarks>
public static class DecoderCost
{
    /// <param name="tokens">Tokens that go through all layers.</param>
    /// <param name="pairs">Pairs of a token and one that it sees, itself included.</param>
    /// <param name="scored">Tokens that are projected onto the vocabulary.</param>
    public static double Forward(DecoderConfig config, long tokens, long pairs, long scored)
    {
        double heads = (double)config.QueryHeads * config.HeadWidth;
        double keyValues = (double)config.KeyValueHeads * config.HeadWidth;
        var weights = (2 * heads * config.Width) + (2 * keyValues * config.Width) + (3.0 * config.FeedForwardWidth * config.Width);
        return (config.Layers * ((2 * weights * tokens) + (4 * heads * pairs))) + (2.0 * config.Width * config.VocabularySize * scored);
    }

    /// <summary>Forward and backward, which has two products for each of forward's; one where the matrices themselves are frozen.</summary>
    public static double Training(Decoder model, long tokens, long pairs, long scored) =>
        (model.Adapter is null ? 3 : 2) * Forward(model.Config, tokens, pairs, scored);
}
