namespace Thaw.Learning.Training;

/// <summary>Rows that are computed together: the tokens with which all of them begin once, then each row's rest.</summary>
/// <param name="Prefix">Common beginning, possibly empty; it holds no place that predicts a target.</param>
/// <param name="Suffixes">The rests row by row, padded on the right with 0 to <paramref name="Length"/>.</param>
/// <param name="ScoredPlaces">Places in <paramref name="Suffixes"/>, flattened, that predict a target.</param>
/// <param name="Targets">The token to predict at each of them.</param>
public sealed record TokenBatch(long[] Prefix, long[] Suffixes, int Rows, int Length, long[] ScoredPlaces, long[] Targets)
{
    /// <exception cref="ArgumentException">No rows.</exception>
    public static TokenBatch Of(IReadOnlyList<TrainingExample> examples)
    {
        if (examples.Count == 0)
        {
            throw new ArgumentException("A batch needs at least one example.", nameof(examples));
        }

        var shared = SharedPrefix(examples);
        var length = examples.Max(e => e.Ids.Length) - shared;
        var suffixes = new long[examples.Count * length];
        var places = new List<long>();
        var targets = new List<long>();
        for (var row = 0; row < examples.Count; row++)
        {
            var example = examples[row];
            for (var place = shared; place < example.Ids.Length; place++)
            {
                suffixes[(row * length) + place - shared] = example.Ids[place];
                if (example.IsTarget[place])
                {
                    places.Add((row * length) + place - shared - 1);
                    targets.Add(example.Ids[place]);
                }
            }
        }

        return new TokenBatch(
            [.. examples[0].Ids.Take(shared).Select(id => (long)id)], suffixes, examples.Count, length, [.. places], [.. targets]);
    }

    // The place before a row's first target predicts it, so it must stay in the row's own part.
    private static int SharedPrefix(IReadOnlyList<TrainingExample> examples)
    {
        var first = examples[0].Ids;
        var shared = examples.Min(e => Math.Max(0, Math.Min(e.FirstTarget, e.Ids.Length) - 1));
        foreach (var example in examples)
        {
            shared = first.AsSpan(0, shared).CommonPrefixLength(example.Ids);
        }

        return shared;
    }
}
