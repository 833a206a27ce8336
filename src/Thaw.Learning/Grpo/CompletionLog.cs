using System.Globalization;
using Thaw.Core.Storage;
using Thaw.Learning.Tokenization;

namespace Thaw.Learning.Grpo;

/// <summary>Some samples of a round for a person to read: <c>completions/step-NNNNNN.jsonl</c>, one turn a line.</summary>
/// <remarks>Whole groups from the first on, so that a good and a bad answer to one prompt stand together.</remarks>
internal sealed class CompletionLog(BytePairTokenizer tokenizer, IReadOnlyList<string> rewardNames, GrpoOptions options)
{
    public const string Folder = "completions";

    public void Write(int step, RolloutRound round)
    {
        var path = Path.Combine(options.OutputDir, Folder, $"step-{step.ToString("000000", CultureInfo.InvariantCulture)}.jsonl");
        var rows = round.Rollouts.Zip(round.Advantages()).SelectMany((sample, place) => sample.First.Turns.Select((turn, index) => new Row(
            step,
            place / options.NumGenerations,
            place % options.NumGenerations,
            index + 1,
            tokenizer.Decode(turn.Prompt),
            tokenizer.Decode(turn.Completion),
            turn.IsTruncated,
            rewardNames.Zip(sample.First.Rewards).ToDictionary(),
            sample.First.Return,
            sample.Second)));
        AtomicFile.Write(path, stream => JsonLines.Write(stream, rows.Take(options.NumCompletionsToPrint)));
    }

    private sealed record Row(
        int Step, int Group, int Sample, int Turn, string Prompt, string Completion, bool IsTruncated, IReadOnlyDictionary<string, double> Rewards, double Reward, double Advantage);
}
