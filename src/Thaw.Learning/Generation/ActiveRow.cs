using System.Runtime.InteropServices;

namespace Thaw.Learning.Generation;

/// <summary>A row that has a place, and the slots on which it stands.</summary>
/// <param name="root">Where its path begins: <see cref="PrefixCache.Root"/>, or a tree of its own.</param>
internal sealed class ActiveRow(GenerationRow row, int root = PrefixCache.Root)
{
    private readonly List<long> _path = [];

    public GenerationRow Row => row;

    /// <summary>Its tokens, prompt and completion.</summary>
    public int Length => row.Request.Prompt.Length + row.Tokens.Count;

    /// <summary>The slots of its first tokens.</summary>
    public ReadOnlySpan<long> Path => CollectionsMarshal.AsSpan(_path);

    public int Tip => _path.Count == 0 ? root : (int)_path[^1];

    /// <summary>How many of its first slots are known to be computed.</summary>
    public int Computed { get; set; }

    /// <summary>The row of the logits that it draws its next token from; -1 while its prompt is being read.</summary>
    public int LogitsRow { get; set; } = -1;

    public int TokenAt(int position)
    {
        var prompt = row.Request.Prompt;
        return position < prompt.Length ? prompt[position] : row.CompletionIds[position - prompt.Length];
    }

    public void Extend(int slot) => _path.Add(slot);

    /// <summary>Gives its slots back to the cache.</summary>
    public void Leave(PrefixCache cache)
    {
        cache.Leave(Path);
        _path.Clear();
        Computed = 0;
        LogitsRow = -1;
    }
}
