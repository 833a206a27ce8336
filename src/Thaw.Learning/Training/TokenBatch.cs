namespace Thaw.Learning.Training;

/// <summary>Rows of tokens that are computed together. A row is one example, padded, or a forest: what its examples have in common is there once.</summary>
/// <param name="Ids">Row by row, each padded with 0 to <paramref name="Length"/>.</param>
/// <param name="Positions">For each place, as <see cref="Models.TokenTree.PositionsBS"/>; null where every row is one sequence.</param>
/// <param name="ScoredPlaces">Places in <paramref name="Ids"/> that predict a target, example by example; one that examples share is named by each.</param>
/// <param name="Targets">The token to predict at each of them.</param>
/// <param name="Sequences">For each of them, the number of its sequence: an example, or a branch of one, counted from 0 in the batch.</param>
public sealed record TokenBatch(long[] Ids, long[]? Positions, int Rows, int Length, long[] ScoredPlaces, long[] Targets, int[] Sequences)
{
    /// <summary>For each scored place, what is known of the sampled token there; null where the rows are demonstrations.</summary>
    public SampledPlaces? Sampled { get; init; }

    /// <summary>Examples in the batch.</summary>
    public int Examples { get; init; }

    /// <summary>Tokens of the examples as they were given: nothing shared, nothing padded.</summary>
    public long ExampleTokens { get; init; }

    /// <summary>Tokens that are computed, padding included.</summary>
    public long TokenCount => Ids.Length;

    /// <summary>Tokens of the longest sequence; padding counts where there are no positions.</summary>
    public int LongestSequence => Positions is { } positions ? (int)positions.Max() + 1 : Length;

    /// <summary>Tokens that are no padding.</summary>
    public long FilledTokens { get; init; }

    /// <summary>Pairs of such a token and one that it sees, itself included.</summary>
    public long SeenPairs { get; init; }

    /// <summary>Sequences with a target.</summary>
    public int SequenceCount => Sequences.Distinct().Count();

    /// <summary>All examples as one forest; those that begin alike should be neighbours.</summary>
    /// <exception cref="ArgumentException">No examples, or some of them are demonstrations and some are not.</exception>
    public static TokenBatch Of(IReadOnlyList<TrainingExample> examples) => Of([examples], sharesPrefixes: true);

    /// <param name="rows">The examples of each row.</param>
    /// <param name="sharesPrefixes">Whether an example continues the one before it in its row as far as they agree.</param>
    internal static TokenBatch Of(IReadOnlyList<IReadOnlyList<TrainingExample>> rows, bool sharesPrefixes)
    {
        TrainingExample[] examples = [.. rows.SelectMany(row => row)];
        if (examples.Length == 0)
        {
            throw new ArgumentException("A batch needs at least one example.", nameof(rows));
        }

        var forests = new List<TokenForest>();
        foreach (var row in rows)
        {
            var forest = new TokenForest(firstSequence: forests.Count > 0 ? forests[^1].NextSequence : 0, sharesPrefixes);
            foreach (var example in row)
            {
                forest.Add(example);
            }

            forests.Add(forest);
        }

        var length = forests.Max(forest => forest.Ids.Count);
        return new TokenBatch(
            Padded(forests, length, forest => forest.Ids),
            forests.All(forest => forest.IsOneSequence) ? null : Padded(forests, length, forest => forest.Positions),
            forests.Count,
            length,
            [.. forests.SelectMany((forest, row) => forest.ScoredPlaces.Select(place => ((long)row * length) + place))],
            [.. forests.SelectMany(forest => forest.Targets)],
            [.. forests.SelectMany(forest => forest.Sequences)])
        {
            Sampled = examples.All(example => example.Sampled is null) ? null : SampledPlaces.Of(examples),
            Examples = examples.Length,
            ExampleTokens = examples.Sum(example => (long)example.Ids.Length),
            FilledTokens = forests.Sum(forest => (long)forest.Ids.Count),
            SeenPairs = forests.Sum(forest => forest.Positions.Sum(position => position + 1)),
        };
    }

    /// <summary>The scored places of each row, each once and rising, as a matrix padded with 0; and where in it each scored place went.</summary>
    internal (long[] Matrix, long[] Spots) ScoredByRow()
    {
        var ofRow = ScoredPlaces.Distinct().Order().ToLookup(place => place / Length);
        var width = Enumerable.Range(0, Rows).Max(row => ofRow[row].Count());
        var matrix = new long[Rows * width];
        var spots = new Dictionary<long, long>();
        for (var row = 0; row < Rows; row++)
        {
            var spot = row * width;
            foreach (var place in ofRow[row])
            {
                matrix[spot] = place % Length;
                spots.Add(place, spot++);
            }
        }

        return (matrix, [.. ScoredPlaces.Select(place => spots[place])]);
    }

    private static long[] Padded(List<TokenForest> forests, int length, Func<TokenForest, List<long>> values)
    {
        var all = new long[forests.Count * length];
        for (var row = 0; row < forests.Count; row++)
        {
            values(forests[row]).CopyTo(all, row * length);
        }

        return all;
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
