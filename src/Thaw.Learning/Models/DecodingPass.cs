using System.Runtime.InteropServices;
using Thaw.Torch;

namespace Thaw.Learning.Models;

/// <summary>Tokens that are read in one forward pass, each at the end of a path of slots. Ancestors come before their descendants.</summary>
/// <remarks>
/// A slot holds the keys and values of one token in its context. A token's own slot is written in the pass, before any token of the
/// pass looks at it, layer by layer; so tokens may stand on others of the same pass.
/// </remarks>
internal sealed class DecodingPass
{
    private readonly List<long> _ids = [];
    private readonly List<long> _positions = [];
    private readonly List<long> _slots = [];
    private readonly List<long> _starts = [];
    private readonly List<long> _lengths = [];
    private readonly List<long> _paths = [];
    private readonly List<long> _wanted = [];

    /// <summary>Tokens in the pass.</summary>
    public int Count => _ids.Count;

    /// <summary>Tokens after which the logits are wanted.</summary>
    public int WantedCount => _wanted.Count;

    /// <summary>The most positions that a token of the pass sees.</summary>
    public long Longest { get; private set; }

    public ReadOnlySpan<long> Ids => CollectionsMarshal.AsSpan(_ids);

    public ReadOnlySpan<long> Positions => CollectionsMarshal.AsSpan(_positions);

    public ReadOnlySpan<long> Slots => CollectionsMarshal.AsSpan(_slots);

    /// <summary>Where in <see cref="Paths"/> each token's path begins.</summary>
    public ReadOnlySpan<long> Starts => CollectionsMarshal.AsSpan(_starts);

    /// <summary>How many slots of it the token sees, its own the last.</summary>
    public ReadOnlySpan<long> Lengths => CollectionsMarshal.AsSpan(_lengths);

    public ReadOnlySpan<long> Paths => CollectionsMarshal.AsSpan(_paths);

    public ReadOnlySpan<long> Wanted => CollectionsMarshal.AsSpan(_wanted);

    public void Clear()
    {
        foreach (var list in (ReadOnlySpan<List<long>>)[_ids, _positions, _slots, _starts, _lengths, _paths, _wanted])
        {
            list.Clear();
        }

        Longest = 0;
    }

    /// <summary>Adds the tokens from <paramref name="first"/> on to the end of a path.</summary>
    /// <param name="ids">As many as there are from <paramref name="first"/> on.</param>
    /// <returns>The index in the pass of the first of them.</returns>
    public int Add(ReadOnlySpan<long> path, int first, ReadOnlySpan<int> ids)
    {
        var start = _paths.Count;
        var index = _ids.Count;
        _paths.AddRange(path);
        for (var position = first; position < path.Length; position++)
        {
            _ids.Add(ids[position - first]);
            _positions.Add(position);
            _slots.Add(path[position]);
            _starts.Add(start);
            _lengths.Add(position + 1);
        }

        Longest = Math.Max(Longest, path.Length);
        return index;
    }

    /// <summary>Asks for the logits after token <paramref name="index"/> of the pass.</summary>
    /// <returns>The row of the result in which they stand.</returns>
    public int Want(int index)
    {
        _wanted.Add(index);
        return _wanted.Count - 1;
    }

    /// <summary>Whether the token continues the path of the one before it in the pass.</summary>
    public bool Continues(int index) => index > 0 && _starts[index] == _starts[index - 1] && _positions[index] == _positions[index - 1] + 1;

    public static Tensor OnDevice(ReadOnlySpan<long> values, Device device) => Tensor.FromSpan(values, values.Length).To(device, DType.Int64);
}
