namespace Thaw.Learning.Training;

/// <summary>Grows one row of a batch, example by example: tokens in preorder, each with its place in its own sequence.</summary>
/// <param name="firstSequence">The number of the row's first sequence.</param>
/// <param name="sharesPrefixes">Whether an example continues the one before it as far as they agree; else each begins anew.</param>
internal sealed class TokenForest(int firstSequence, bool sharesPrefixes)
{
    // The places of the tokens on the path to the last one.
    private readonly List<int> _path = [];
    private TrainingExample? _last;

    public List<long> Ids { get; } = [];

    public List<long> Positions { get; } = [];

    public List<long> ScoredPlaces { get; } = [];

    public List<long> Targets { get; } = [];

    /// <summary>For each scored place, the number of its sequence.</summary>
    public List<int> Sequences { get; } = [];

    public int NextSequence { get; private set; } = firstSequence;

    /// <summary>No token begins a branch or a further tree.</summary>
    public bool IsOneSequence => Positions.Count > 0 && Positions[^1] == Positions.Count - 1;

    public void Add(TrainingExample example)
    {
        var shared = sharesPrefixes && _last is not null ? example.SharedLength(_last) : 0;
        Append(example, 0..example.StemLength, depth: 0, shared);
        for (var branch = 0; branch < example.BranchStarts.Length; branch++)
        {
            var end = branch + 1 < example.BranchStarts.Length ? example.BranchStarts[branch + 1] : example.Ids.Length;
            Append(example, example.BranchStarts[branch]..end, example.StemLength, shared: 0);
        }

        _last = example;
    }

    // The first tokens, as many as are shared, stand on the path already.
    private void Append(TrainingExample example, Range range, int depth, int shared)
    {
        _path.RemoveRange(depth + shared, _path.Count - depth - shared);
        var sequence = NextSequence++;
        var (start, count) = range.GetOffsetAndLength(example.Ids.Length);
        for (var i = 0; i < count; i++)
        {
            if (example.IsTarget[start + i])
            {
                ScoredPlaces.Add(_path[depth + i - 1]);
                Targets.Add(example.Ids[start + i]);
                Sequences.Add(sequence);
            }

            if (i >= shared)
            {
                _path.Add(Ids.Count);
                Ids.Add(example.Ids[start + i]);
                Positions.Add(depth + i);
            }
        }
    }
}
