using System.Globalization;
using Thaw.Core.Generation;

namespace Thaw.Learning.Collecting;

/// <summary>Counts samples as they pass, by what their prompts are like.</summary>
internal sealed class YieldTally
{
    private const string OnceEach = "(bindings of one prompt)";

    private readonly Counts _total = new();
    private readonly OrderedDictionary<string, Dictionary<string, Counts>> _by = [];
    private readonly Dictionary<string, int> _reasons = [];
    private readonly List<Sample> _prompt = [];
    private long _keptTokens;

    public int Rows { get; private set; }

    public int OtherTokens { get; private set; }

    public void Add(Sample sample)
    {
        if (_prompt.Count > 0 && _prompt[0].PromptId != sample.PromptId)
        {
            EndPrompt();
        }

        _prompt.Add(sample);
    }

    public CollectYield Sum(string teacher, string trainSha256, string samplesSha256)
    {
        EndPrompt();
        return new CollectYield(
            teacher,
            _total.ToGroup(),
            Rows,
            OtherTokens,
            Rows == 0 ? 0 : (double)_keptTokens / Rows,
            new OrderedDictionary<string, int>(_reasons.OrderByDescending(r => r.Value).ThenBy(r => r.Key, StringComparer.Ordinal)),
            new OrderedDictionary<string, IReadOnlyDictionary<string, YieldGroup>>(_by.Select(by => KeyValuePair.Create(by.Key, (IReadOnlyDictionary<string, YieldGroup>)Groups(by.Value, isBinding: by.Key == "binding")))),
            trainSha256,
            samplesSha256);
    }

    private void EndPrompt()
    {
        if (_prompt.Count == 0)
        {
            return;
        }

        var first = _prompt[0];
        _total.Add(_prompt);
        foreach (var (measure, value) in first.Difficulty)
        {
            Of(measure, value.ToString(CultureInfo.InvariantCulture)).Add(_prompt);
        }

        Of("split", first.Split).Add(_prompt);
        Of("binding", first.Binding).Add(_prompt);
        foreach (var sample in _prompt)
        {
            if (sample.Kept)
            {
                (Rows, _keptTokens) = (Rows + 1, _keptTokens + sample.CompletionTokens);
                OtherTokens += sample.SameTokens == false ? 1 : 0;
            }

            if (sample.Reason is { } reason)
            {
                _reasons[reason] = _reasons.GetValueOrDefault(reason) + 1;
            }
        }

        _prompt.Clear();
    }

    private Counts Of(string measure, string value)
    {
        if (!_by.TryGetValue(measure, out var groups))
        {
            _by.Add(measure, groups = []);
        }

        return groups.TryGetValue(value, out var counts) ? counts : groups[value] = new Counts();
    }

    // Numbers by size, other values by how many prompts have them.
    private static OrderedDictionary<string, YieldGroup> Groups(Dictionary<string, Counts> groups, bool isBinding)
    {
        if (isBinding && groups.Values.Count(counts => counts.Prompts == 1) > 1)
        {
            var once = new Counts();
            foreach (var (name, counts) in groups.Where(group => group.Value.Prompts == 1).ToList())
            {
                once.Add(counts);
                groups.Remove(name);
            }

            groups.Add(OnceEach, once);
        }

        return new OrderedDictionary<string, YieldGroup>(groups
            .OrderBy(group => int.TryParse(group.Key, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) ? number : int.MaxValue)
            .ThenByDescending(group => group.Value.Prompts)
            .ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => KeyValuePair.Create(group.Key, group.Value.ToGroup())));
    }

    private sealed class Counts
    {
        private int _kept;
        private int _samples;
        private int _correct;
        private int _truncated;
        private int _solved;
        private long _attempts;

        public int Prompts { get; private set; }

        public void Add(List<Sample> prompt)
        {
            Prompts++;
            _kept += prompt.Any(sample => sample.Kept) ? 1 : 0;
            _samples += prompt.Count;
            _correct += prompt.Count(sample => sample.Correct);
            _truncated += prompt.Count(sample => sample.FinishReason == FinishReason.Length);
            if (prompt.FirstOrDefault(sample => sample.Kept || sample.Why is RejectionReason.NotChosen) is { } first)
            {
                (_solved, _attempts) = (_solved + 1, _attempts + first.Attempt + 1);
            }
        }

        public void Add(Counts other)
        {
            Prompts += other.Prompts;
            _kept += other._kept;
            _samples += other._samples;
            _correct += other._correct;
            _truncated += other._truncated;
            _solved += other._solved;
            _attempts += other._attempts;
        }

        public YieldGroup ToGroup() => new(
            Prompts, _kept, (double)_kept / Prompts, _samples, _correct, _solved == 0 ? 0 : (double)_attempts / _solved, (double)_truncated / _samples);
    }
}
