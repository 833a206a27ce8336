using System.Globalization;

namespace Thaw.Benchmarks.Serve;

/// <summary>What many clients of one server saw.</summary>
/// <param name="TooBusy">Requests that were answered by 429, and made again.</param>
/// <param name="Left">Requests whose client left in the middle.</param>
/// <param name="Errors">Any other answer than a completion or 429.</param>
/// <param name="Mismatches">Greedy answers that differ from the answer that the prompt gets alone.</param>
/// <param name="TokensPerSecond">Prompt and completion tokens of the answered requests.</param>
/// <param name="LocalTokensPerSecond">The same prompts without server: one call of the local generator after the other, as many prompts as clients; the mean of before and after.</param>
/// <param name="Seconds">After the first third, which warms up and is not counted.</param>
/// <param name="WarmMegabytes">Resident memory after that third, when nothing runs; of the whole process, clients included.</param>
/// <param name="EndMegabytes">Likewise at the end.</param>
/// <param name="WarmTensors">Live tensors after that third, when nothing runs.</param>
/// <param name="RowsLeft">Completions that still ran two seconds after the last client left.</param>
internal sealed record ServeResult(
    int Clients, double Seconds, long Requests, long TooBusy, long Left, long Errors, long Mismatches, double TokensPerSecond, double LocalTokensPerSecond,
    double MedianLatency, double Latency99, double WarmMegabytes, double EndMegabytes, long WarmTensors, long EndTensors, int RowsLeft)
{
    // What the allocator and the garbage collector may hold more than at one moment; a leak of a kilobyte a request is beyond it.
    private const double AllowedMegabytes = 24;

    public bool IsSound => Errors == 0 && Mismatches == 0 && RowsLeft == 0 && EndMegabytes <= WarmMegabytes + AllowedMegabytes && EndTensors <= WarmTensors;

    public string Markdown() => string.Create(CultureInfo.InvariantCulture, $"""
        | {Clients} clients, {Seconds:0} s | |
        |---|---|
        | requests answered | {Requests:n0} ({Requests / Seconds:n0}/s) |
        | tokens/s, prompts included | {TokensPerSecond:n0} |
        | the same prompts without a server, tokens/s | {LocalTokensPerSecond:n0} (ratio {TokensPerSecond / LocalTokensPerSecond:0.00}) |
        | latency, median and 99th percentile | {MedianLatency * 1000:n0} ms, {Latency99 * 1000:n0} ms |
        | 429, errors, answers unlike the answer alone | {TooBusy:n0}, {Errors:n0}, {Mismatches:n0} |
        | clients that left, rows left behind | {Left:n0}, {RowsLeft} |
        | resident memory warm, at the end | {WarmMegabytes:n0} MB, {EndMegabytes:n0} MB |
        | live tensors warm, at the end | {WarmTensors}, {EndTensors} |
        """);
}
