namespace Thaw.Learning.Collecting;

/// <summary>What a collection came to: <c>yield.json</c>.</summary>
/// <param name="Rows">Of the dataset: kept samples.</param>
/// <param name="OtherTokens">Kept rows that a training run reads as other tokens than were drawn.</param>
/// <param name="Reasons">Why samples were not correct, in the scorer's words, the most frequent first.</param>
/// <param name="By">For each measure of difficulty, split and binding: the same by its values. Bindings that one prompt alone has are taken together.</param>
public sealed record CollectYield(
    string Teacher,
    YieldGroup Total,
    int Rows,
    int OtherTokens,
    double MeanKeptTokens,
    IReadOnlyDictionary<string, int> Reasons,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, YieldGroup>> By,
    string TrainSha256,
    string SamplesSha256);

/// <param name="Prompts">That were asked.</param>
/// <param name="Kept">Of those, the ones with a kept sample; the others are dropped.</param>
/// <param name="Yield">Their share.</param>
/// <param name="Samples">That were drawn.</param>
/// <param name="MeanAttempts">Attempts up to the first sample that may be kept, averaged over the prompts that have one; 0 where none has.</param>
/// <param name="TruncatedShare">Of the samples, those that did not end by themselves.</param>
public sealed record YieldGroup(int Prompts, int Kept, double Yield, int Samples, int Correct, double MeanAttempts, double TruncatedShare);
