using System.Text.Json;
using Thaw.Core.Storage;
using Thaw.Learning.Generation;
using Thaw.Learning.Templates;

namespace Thaw.Learning.Preferences;

/// <summary>Pairs from JSON Lines: <c>prompt, chosen, rejected</c> (TRL's explicit preference format), or the samples of <c>thaw collect</c>.</summary>
/// <remarks>
/// Of the samples of a prompt, different texts that are right and different ones that are wrong are paired in the order of their
/// attempts, the shorter list from its beginning again. A sample that was cut off is in no pair: it has no end to learn.
/// </remarks>
/// <param name="pairsPerPrompt">At most, of samples.</param>
/// <param name="templateOrNull">See <see cref="PromptFile"/>.</param>
internal sealed class PreferenceFile(string path, int pairsPerPrompt, Func<ChatTemplate?> templateOrNull)
{
    /// <exception cref="InvalidDataException">A line is malformed, or of neither form: <c>FILE: line N: cause</c>.</exception>
    public IEnumerable<PreferencePair> Read()
    {
        var (right, wrong, open) = (new List<string>(), new List<string>(), (Id: -1, Prompt: ""));
        foreach (var line in new PromptFile(path, templateOrNull).Read())
        {
            var place = $"{path}: line {line.Line}";
            if (line.Columns.ContainsKey("chosen") || line.Columns.ContainsKey("rejected"))
            {
                var pair = new PreferencePair(line.Text, Text(line, "chosen", place), Text(line, "rejected", place));
                yield return pair.Chosen != pair.Rejected ? pair : throw new InvalidDataException($"{place}: chosen and rejected are the same text, so nothing is preferred.");
                continue;
            }

            var (id, isRight, hasEnded, completion) = Sample(line, place);
            if (id != open.Id)
            {
                foreach (var pair in Pairs(open.Prompt, right, wrong))
                {
                    yield return pair;
                }

                (open, right, wrong) = ((id, line.Text), [], []);
            }

            var texts = isRight ? right : wrong;
            if (hasEnded && !texts.Contains(completion))
            {
                texts.Add(completion);
            }
        }

        foreach (var pair in Pairs(open.Prompt, right, wrong))
        {
            yield return pair;
        }
    }

    private IEnumerable<PreferencePair> Pairs(string prompt, List<string> right, List<string> wrong) =>
        right.Count == 0 || wrong.Count == 0
            ? []
            : Enumerable.Range(0, Math.Min(pairsPerPrompt, Math.Max(right.Count, wrong.Count)))
                .Select(i => new PreferencePair(prompt, right[i % right.Count], wrong[i % wrong.Count]));

    private static (int Id, bool IsRight, bool HasEnded, string Completion) Sample(PromptRow line, string place) =>
        line.Columns.TryGetValue("prompt_id", out var id) && id.TryGetInt32(out var number)
        && line.Columns.TryGetValue("correct", out var correct) && correct.ValueKind is JsonValueKind.True or JsonValueKind.False
        && line.Columns.TryGetValue("finish_reason", out var finish)
            ? (number, correct.GetBoolean(), finish.ValueEquals("stop"), Text(line, "completion", place))
            : throw new InvalidDataException($"{place}: expected the keys prompt, chosen and rejected, or a line of the samples of thaw collect.");

    // A completion as chat is its messages' contents.
    private static string Text(PromptRow line, string key, string place)
    {
        var value = line.Columns.GetValueOrDefault(key);
        return value.ValueKind == JsonValueKind.String ? JsonText.Read(value)
            : new JsonRow(line.Columns).TextOrNull(key) ?? throw new InvalidDataException($"{place}: expected a text as {key}, or a list of messages.");
    }
}
