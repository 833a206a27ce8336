namespace Thaw.Learning.Training;

/// <summary>Rows that are computed together: the tokens with which all of them begin once, then each row's rest.</summary>
/// <param name="Prefix">Common beginning, possibly empty; it holds no place that predicts a target.</param>
/// <param name="Suffixes">The rests row by row, padded on the right with 0 to <paramref name="Length"/>.</param>
/// <param name="ScoredPlaces">Places in <paramref name="Suffixes"/>, flattened, that predict a target.</param>
/// <param name="Targets">The token to predict at each of them.</param>
/// <param name="Branches">Where rows are prefix trees; null where every row is one sequence.</param>
public sealed record TokenBatch(
    long[] Prefix, long[] Suffixes, int Rows, int Length, long[] ScoredPlaces, long[] Targets, BranchPlaces? Branches)
{
    /// <summary>For each scored place, what is known of the sampled token there; null where the rows are demonstrations.</summary>
    public SampledPlaces? Sampled { get; init; }

    /// <summary>Tokens that are computed, padding included.</summary>
    public long TokenCount => Prefix.Length + (long)Suffixes.Length;

    /// <summary>Tokens of the longest sequence, a row or in a prefix tree one path.</summary>
    public int LongestSequence { get; init; } = Prefix.Length + Length;

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
            [.. examples[0].Ids.Take(shared).Select(id => (long)id)],
            suffixes,
            examples.Count,
            length,
            [.. places],
            [.. targets],
            examples.Any(e => e.BranchStarts.Length > 0) ? BranchPlaces.Of(examples, shared, length) : null)
        {
            Sampled = examples[0].Sampled is null ? null : SampledPlaces.Of(examples),
            LongestSequence = examples.Max(example => example.LongestPath),
        };
    }

    /// <summary>The scored places of each row, from its first place on, as a matrix padded with 0; and where in it each scored place went.</summary>
    internal (long[] Matrix, long[] Spots) ScoredByRow()
    {
        var ofRow = ScoredPlaces.ToLookup(place => place / Length, place => place % Length);
        var width = Enumerable.Range(0, Rows).Max(row => ofRow[row].Count());
        var matrix = new long[Rows * width];
        var spots = new List<long>(ScoredPlaces.Length);
        for (var row = 0; row < Rows; row++)
        {
            var spot = row * width;
            foreach (var place in ofRow[row])
            {
                matrix[spot] = place;
                spots.Add(spot++);
            }
        }

        return (matrix, [.. spots]);
    }

    private static int SharedPrefix(IReadOnlyList<TrainingExample> examples)
    {
        var shared = examples.Min(example => example.SharableLength);
        foreach (var example in examples)
        {
            shared = examples[0].Ids.AsSpan(0, shared).CommonPrefixLength(example.Ids);
        }

        return shared;
    }
}

/// <param name="Advantages">For each scored place.</param>
/// <param name="OldLog">For each scored place, log π_old of its target.</param>
/// <param name="Weights">For each scored place.</param>
public sealed record SampledPlaces(double[] Advantages, float[] OldLog, double[] Weights)
{
    /// <exception cref="ArgumentException">A row is a demonstration, or has not one old log-probability for each target.</exception>
    internal static SampledPlaces Of(IReadOnlyList<TrainingExample> examples)
    {
        var (advantages, oldLog, weights) = (new List<double>(), new List<float>(), new List<double>());
        foreach (var example in examples)
        {
            var targets = example.IsTarget.Count(isTarget => isTarget);
            if (example.Sampled is not { } sampled || sampled.OldLog.Length != targets)
            {
                throw new ArgumentException("Sampled rows need one old log-probability for each of their targets.", nameof(examples));
            }

            advantages.AddRange(sampled.Advantages ?? Enumerable.Repeat(sampled.Advantage, targets));
            oldLog.AddRange(sampled.OldLog);
            weights.AddRange(Enumerable.Repeat(sampled.Weight, targets));
        }

        return new SampledPlaces([.. advantages], [.. oldLog], [.. weights]);
    }
}

/// <summary>The prefix trees of a batch, as <see cref="Models.PrefixTree"/> wants them, and each token's position in its own sequence.</summary>
/// <param name="Stems">For each row, the tokens that all its branches see.</param>
/// <param name="Own">For each place of the suffixes, the column at which its branch begins; 0 on the stem and on padding.</param>
/// <param name="Positions">For each place of the suffixes.</param>
public sealed record BranchPlaces(long[] Stems, long[] Own, long[] Positions)
{
    internal static BranchPlaces Of(IReadOnlyList<TrainingExample> examples, int shared, int length)
    {
        var own = new long[examples.Count * length];
        var positions = new long[own.Length];
        for (var row = 0; row < examples.Count; row++)
        {
            var (example, branch) = (examples[row], 0);
            for (var place = shared; place < shared + length; place++)
            {
                while (branch < example.BranchStarts.Length && example.BranchStarts[branch] <= place)
                {
                    branch++;
                }

                var start = branch > 0 && place < example.Ids.Length ? example.BranchStarts[branch - 1] : 0;
                own[(row * length) + place - shared] = start;
                positions[(row * length) + place - shared] = start > 0 ? example.StemLength + place - start : place;
            }
        }

        return new BranchPlaces([.. examples.Select(e => (long)e.StemLength)], own, positions);
    }
}
