using Thaw.Learning.Checkpoints;
using Thaw.Learning.Templates;
using Thaw.Learning.Training;

namespace Thaw.Learning.Preferences;

/// <summary>The pairs of a run as tokens, and their order.</summary>
/// <remarks>
/// A pair is one row that branches: the prompt without its last token, then the chosen and the rejected completion, each behind that
/// token, as if they were rows of their own. So the prompt is computed once, and a pair never falls into two batches.
/// </remarks>
internal sealed class PreferenceData
{
    private readonly DpoOptions _options;
    private readonly EpochOrder _order;

    private PreferenceData(IReadOnlyList<TrainingExample> rows, DpoOptions options) =>
        (Rows, _options, _order) = (rows, options, new EpochOrder(rows.Count, options.Seed, "dpo"));

    public IReadOnlyList<TrainingExample> Rows { get; private set; }

    /// <exception cref="InvalidDataException">A line is malformed, a completion is longer than <see cref="DpoOptions.MaxLength"/>, or there is no pair.</exception>
    public static PreferenceData Load(DpoOptions options, ModelFolder model)
    {
        var pairs = new PreferenceFile(options.DatasetName, options.PairsPerPrompt, () => ChatTemplate.Find(model.Path)).Read();
        TrainingExample[] rows = [.. pairs.Select((pair, index) => Tokenize(pair, index, options, model))];
        return rows.Length > 0 ? new PreferenceData(rows, options) : throw new InvalidDataException($"{options.DatasetName}: no prompt has both a right and a wrong completion.");
    }

    /// <summary>Gives each row the reference's log-probabilities of its targets.</summary>
    public void Refer(IReadOnlyList<float[]> logs) => Rows = [.. Rows.Zip(logs, (row, log) => row with { Sampled = new SampledFacts(1, log) { Advantages = SignsOf(row) } })];

    /// <summary>The rows of a step, from 1.</summary>
    public IReadOnlyList<TrainingExample> RowsOf(int step)
    {
        var size = _options.RowsPerUpdate;
        return [.. Enumerable.Range(0, size).Select(i => Rows[_order.Place(((long)(step - 1) * size) + i)])];
    }

    // The chosen branch ends where the rejected one begins.
    private static double[] SignsOf(TrainingExample row) =>
        [.. Enumerable.Range(0, row.Ids.Length).Where(place => row.IsTarget[place]).Select(place => place < row.BranchStarts[1] ? 1.0 : -1.0)];

    private static TrainingExample Tokenize(PreferencePair pair, int index, DpoOptions options, ModelFolder model)
    {
        var prompt = model.Tokenizer.Encode(pair.Prompt);
        int[] chosen = [.. model.Tokenizer.Encode(pair.Chosen), model.StopIds[0]];
        int[] rejected = [.. model.Tokenizer.Encode(pair.Rejected), model.StopIds[0]];
        var longest = prompt.Length + Math.Max(chosen.Length, rejected.Length);
        if (prompt.Length < 2 || longest > options.MaxLength)
        {
            throw new InvalidDataException(prompt.Length < 2
                ? $"{options.DatasetName}: pair {index + 1} has a prompt of {prompt.Length} tokens, fewer than 2."
                : $"{options.DatasetName}: pair {index + 1} has {longest} tokens, more than max_length {options.MaxLength}.");
        }

        var (stem, last) = (prompt[..^1], prompt[^1]);
        int[] ids = [.. stem, last, .. chosen, last, .. rejected];
        var second = stem.Length + 1 + chosen.Length;
        var isTarget = new bool[ids.Length];
        Array.Fill(isTarget, true, stem.Length + 1, chosen.Length);
        Array.Fill(isTarget, true, second + 1, rejected.Length);
        return new TrainingExample(ids, isTarget, [stem.Length, second]);
    }
}
