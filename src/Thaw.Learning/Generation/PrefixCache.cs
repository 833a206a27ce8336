namespace Thaw.Learning.Generation;

/// <summary>Which token sequences have keys and values, token by token: a tree in which each node is one token and one slot of the pool.</summary>
/// <remarks>
/// Two rows whose sequences begin alike stand on the same nodes as far as they agree, at the same time or one after the other. Nodes on
/// which no row stands are kept until their slot is needed; the one that was left longest ago goes first, from the ends of the tree
/// inwards. So memory is bounded by <see cref="Capacity"/> and what is used is never taken away.
/// </remarks>
internal sealed class PrefixCache(int capacity)
{
    /// <summary>The parent of first tokens; any number below it is another tree's, which shares nothing with this one.</summary>
    public const int Root = -1;

    private readonly Dictionary<long, int> _byEdge = [];
    private readonly SortedSet<(long LeftAt, int Slot)> _idleEnds = [];
    private readonly Stack<int> _free = new();
    private Node[] _nodes = [];
    private long _now;

    /// <summary>Slots, at most.</summary>
    public int Capacity => capacity;

    /// <summary>Slots that hold a token of the tree.</summary>
    public int Count => _byEdge.Count;

    /// <summary>Slots on which rows stand.</summary>
    public int InUse { get; private set; }

    /// <summary>One more than the highest slot ever given out.</summary>
    public int SlotsTouched { get; private set; }

    /// <summary>Slots that could be given out now: free ones and idle ones.</summary>
    public int Available => capacity - InUse;

    /// <returns>The node of <paramref name="token"/> after <paramref name="parent"/>, or -1.</returns>
    public int Find(int parent, int token) => _byEdge.GetValueOrDefault(Edge(parent, token), -1);

    /// <summary>Makes one more row stand on a node. The row must stand on all its ancestors already.</summary>
    public void Enter(int slot)
    {
        ref var node = ref _nodes[slot];
        if (node.Rows++ == 0)
        {
            InUse++;
            if (node.Children == 0)
            {
                _idleEnds.Remove((node.LeftAt, slot));
            }
        }
    }

    /// <summary>Makes a node after <paramref name="parent"/>, which has none for this token, and one row stand on it.</summary>
    /// <returns>Its slot, or -1 where every slot is in use.</returns>
    public int Add(int parent, int token)
    {
        var slot = TakeSlot();
        if (slot < 0)
        {
            return -1;
        }

        _byEdge.Add(Edge(parent, token), slot);
        _nodes[slot] = new Node { Parent = parent, Token = token, Rows = 1 };
        InUse++;
        if (parent >= 0)
        {
            _nodes[parent].Children++;
        }

        return slot;
    }

    public bool IsComputed(int slot) => _nodes[slot].IsComputed;

    /// <summary>Says that the slot holds its keys and values now.</summary>
    public void SetComputed(int slot) => _nodes[slot].IsComputed = true;

    /// <summary>Takes a row off all nodes of its path. What was not computed yet is forgotten where no other row needs it.</summary>
    public void Leave(ReadOnlySpan<long> path)
    {
        _now++;
        for (var i = path.Length - 1; i >= 0; i--)
        {
            var slot = (int)path[i];
            ref var node = ref _nodes[slot];
            node.LeftAt = _now;
            if (--node.Rows > 0)
            {
                continue;
            }

            InUse--;
            if (!node.IsComputed)
            {
                Remove(slot);
            }
            else if (node.Children == 0)
            {
                _idleEnds.Add((_now, slot));
            }
        }
    }

    /// <summary>Forgets everything. No row may stand on any node.</summary>
    public void Clear()
    {
        if (InUse > 0)
        {
            throw new InvalidOperationException($"{InUse} slots are in use.");
        }

        _byEdge.Clear();
        _idleEnds.Clear();
        _free.Clear();
        SlotsTouched = 0;
    }

    private int TakeSlot()
    {
        if (_free.TryPop(out var slot))
        {
            return slot;
        }

        if (SlotsTouched < capacity)
        {
            if (SlotsTouched == _nodes.Length)
            {
                Array.Resize(ref _nodes, Math.Min(capacity, Math.Max(256, 2 * _nodes.Length)));
            }

            return SlotsTouched++;
        }

        if (_idleEnds.Count == 0)
        {
            return -1;
        }

        var oldest = _idleEnds.Min;
        _idleEnds.Remove(oldest);
        Remove(oldest.Slot);
        return _free.Pop();
    }

    // Of a node without rows and children.
    private void Remove(int slot)
    {
        var node = _nodes[slot];
        _byEdge.Remove(Edge(node.Parent, node.Token));
        _free.Push(slot);
        if (node.Parent < 0)
        {
            return;
        }

        ref var parent = ref _nodes[node.Parent];
        if (--parent.Children == 0 && parent.Rows == 0)
        {
            _idleEnds.Add((parent.LeftAt, node.Parent));
        }
    }

    private static long Edge(int parent, int token) => ((parent + 1L) << 32) | (uint)token;

    private struct Node
    {
        public int Parent;
        public int Token;
        public int Rows;
        public int Children;
        public long LeftAt;
        public bool IsComputed;
    }
}
