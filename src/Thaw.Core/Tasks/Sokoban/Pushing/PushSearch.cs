namespace Thaw.Core.Tasks.Sokoban.Pushing;

/// <summary>A* over pushes, with moves as cost: a node is the position behind a push, and an edge is the walk to the next push and the push.</summary>
/// <remarks>
/// The priority of a node is its cost and <c>weight</c> times its bound. With weight 1 nodes come in the order of the least that a plan
/// through them can cost; a greater weight finds some plan sooner. Either way nodes that cannot be better than <see cref="UpperBound"/>
/// are left out, so that a search which has nothing left has proven the best plan, or that there is none. The search can be stopped and
/// gone on with. Only growing tables allocate.
/// </remarks>
internal sealed class PushSearch
{
    private const int NotReached = -1;
    private const int ChecksEvery = 64;

    private readonly PushBoard _board;
    private readonly PushDistances _distances;
    private readonly PairMoves? _pairs;
    private readonly BoxMatching _matching;
    private readonly FreezeCheck _freeze;
    private readonly PushNodes _nodes;
    private readonly BucketQueue _open;
    private readonly int _weight;
    private readonly long _maxNodes;

    // Of the position being expanded, and of the one behind a push from it.
    private readonly bool[] _hasBox;
    private readonly int[] _boxes;
    private readonly int[] _pushed;
    private readonly ulong[] _pushedBits;
    private readonly int[] _walk;
    private readonly int[] _queue;
    private readonly Candidate[] _candidates;
    private bool _isMatched;

    public PushSearch(PushBoard board, PushDistances distances, PairMoves? pairs, int weight, long maxNodes)
    {
        (_board, _distances, _pairs, _weight, _maxNodes) = (board, distances, pairs, weight, maxNodes);
        _nodes = new PushNodes(board.LiveCells);
        _open = new BucketQueue(_nodes);
        _matching = new BoxMatching(distances, board.Boxes.Length);
        _hasBox = new bool[board.CellCount];
        _freeze = new FreezeCheck(board, _hasBox);
        (_boxes, _pushed, _pushedBits) = (new int[board.Boxes.Length], new int[board.Boxes.Length], new ulong[_nodes.Words]);
        (_walk, _queue) = (new int[board.CellCount], new int[board.CellCount]);
        _candidates = new Candidate[board.Boxes.Length * PushBoard.Directions];
        AddStart();
    }

    /// <summary>Only plans of fewer moves are looked for; the cost of the best plan found, once there is one.</summary>
    public int UpperBound { get; set; } = int.MaxValue;

    /// <summary>The node of the best plan found; -1 where there is none.</summary>
    public int Goal { get; private set; } = -1;

    public long Expanded { get; private set; }

    /// <summary>Nothing is left that could be better than <see cref="UpperBound"/>.</summary>
    public bool IsExhausted { get; private set; }

    /// <summary>No further node fits in memory.</summary>
    public bool IsFull => _nodes.Count >= _maxNodes;

    /// <summary>Expands nodes until nothing is left, memory is full, or <paramref name="isTimeUp"/> says so; it is asked now and then.</summary>
    public void Advance(Func<bool> isTimeUp)
    {
        while (!IsExhausted && !IsFull)
        {
            if (Expanded % ChecksEvery == 0 && isTimeUp())
            {
                return;
            }

            if ((_weight == 1 && _open.Least >= UpperBound) || _open.Take() is not (>= 0 and var number))
            {
                IsExhausted = true;
                return;
            }

            Expanded++;
            if (_nodes[number].Cost + _nodes[number].Bound < UpperBound)
            {
                Expand(number);
            }
        }
    }

    /// <summary>The pushes to <see cref="Goal"/>, each as the player's cell after it and its direction.</summary>
    public IReadOnlyList<(int Player, Direction Push)> Pushes()
    {
        var pushes = new List<(int, Direction)>();
        for (var number = Goal; _nodes[number].Parent >= 0; number = _nodes[number].Parent)
        {
            pushes.Add((_nodes[number].Player, (Direction)_nodes[number].Push));
        }

        pushes.Reverse();
        return pushes;
    }

    private void AddStart()
    {
        foreach (var box in _board.Boxes)
        {
            Flip(_pushedBits, box);
        }

        var bound = Math.Max(_matching.Solve(_board.Boxes, _board.Player), PairBound(_board.Boxes, _board.Player));
        if (bound < PushDistances.Unreachable)
        {
            var node = new PushNode { Bound = bound, Parent = -1, Player = _board.Player };
            _open.Add(_nodes.Add(_pushedBits, node, known: -1, PushNodes.HashOf(_pushedBits, _board.Player)), _weight * bound);
        }
    }

    private void Expand(int number)
    {
        Unpack(_nodes.BoxesOf(number));
        var player = _nodes[number].Player;
        WalkFrom(player);
        var count = ListCandidates(number);
        _isMatched = false;
        foreach (ref readonly var candidate in _candidates.AsSpan(0, count))
        {
            Push(number, player, candidate);
        }

        foreach (var box in _boxes)
        {
            _hasBox[box] = false;
        }
    }

    // All pushes are listed before one is looked at, so that the waits for their slots of the table overlap.
    private int ListCandidates(int number)
    {
        var (count, cost) = (0, _nodes[number].Cost);
        _nodes.BoxesOf(number).CopyTo(_pushedBits);
        for (var index = 0; index < _boxes.Length; index++)
        {
            for (var direction = 0; direction < PushBoard.Directions; direction++)
            {
                var to = _board.Neighbours[(_boxes[index] * PushBoard.Directions) + direction];
                var from = _board.Neighbours[(_boxes[index] * PushBoard.Directions) + PushBoard.Opposite(direction)];
                if (to != PushBoard.Wall && to < _board.LiveCells && !_hasBox[to] && from != PushBoard.Wall && _walk[from] != NotReached
                    && cost + _walk[from] + 1 < UpperBound)
                {
                    FlipBoth(_boxes[index], to);
                    var hash = PushNodes.HashOf(_pushedBits, _boxes[index]);
                    _candidates[count++] = new Candidate(index, direction, to, cost + _walk[from] + 1, hash, _nodes.Touch(hash));
                    FlipBoth(_boxes[index], to);
                }
            }
        }

        return count;
    }

    private void Push(int parent, int player, in Candidate push)
    {
        var box = _boxes[push.Index];
        _nodes.BoxesOf(parent).CopyTo(_pushedBits);
        FlipBoth(box, push.To);
        var known = push.IsSurelyNew ? -1 : _nodes.Find(_pushedBits, box, push.Hash);
        if (known >= 0 && _nodes[known].Cost <= push.Cost)
        {
            return;
        }

        var bound = known >= 0 ? _nodes[known].Bound : BoundAfter(player, push.Index, push.To);
        if (bound >= PushDistances.Unreachable || push.Cost + bound >= UpperBound)
        {
            return;
        }

        var node = new PushNode { Cost = push.Cost, Bound = bound, Parent = parent, Player = box, Push = (byte)push.Direction };
        var number = _nodes.Add(_pushedBits, node, known, push.Hash);
        _open.Add(number, push.Cost + (_weight * bound));
        if (bound == 0)
        {
            // Only a position with every box on a target needs no further push.
            (Goal, UpperBound) = (number, push.Cost);
        }
    }

    /// <summary>Least number of moves from the position behind a push; <see cref="PushDistances.Unreachable"/> or more for a dead end that is seen.</summary>
    private int BoundAfter(int player, int index, int to)
    {
        var box = _boxes[index];
        (_hasBox[box], _hasBox[to]) = (false, true);
        var isDead = _freeze.IsDeadAfterPushTo(to);
        (_hasBox[box], _hasBox[to]) = (true, false);
        if (isDead)
        {
            return PushDistances.Unreachable;
        }

        if (!_isMatched)
        {
            _matching.Solve(_boxes, player);
            _isMatched = true;
        }

        var bound = _matching.WithBoxMoved(index, to, _distances.SideOf(to, box));
        if (bound >= PushDistances.Unreachable)
        {
            return bound;
        }

        _boxes.CopyTo(_pushed, 0);
        _pushed[index] = to;
        return Math.Max(bound, PairBound(_pushed, box));
    }

    private int PairBound(ReadOnlySpan<int> boxes, int player) =>
        _pairs?.Greatest(boxes, player) is { } moves ? moves == PairMoves.None ? PushDistances.Unreachable : moves : 0;

    private void Unpack(ReadOnlySpan<ulong> bits)
    {
        var count = 0;
        for (var word = 0; word < bits.Length; word++)
        {
            for (var rest = bits[word]; rest != 0; rest &= rest - 1)
            {
                var box = (word * 64) + System.Numerics.BitOperations.TrailingZeroCount(rest);
                _boxes[count++] = box;
                _hasBox[box] = true;
            }
        }
    }

    // Breadth-first, so that _walk holds moves.
    private void WalkFrom(int player)
    {
        Array.Fill(_walk, NotReached);
        var (head, tail) = (0, 0);
        _walk[player] = 0;
        _queue[tail++] = player;
        while (head < tail)
        {
            var cell = _queue[head++];
            for (var direction = 0; direction < PushBoard.Directions; direction++)
            {
                var next = _board.Neighbours[(cell * PushBoard.Directions) + direction];
                if (next != PushBoard.Wall && _walk[next] == NotReached && !_hasBox[next])
                {
                    _walk[next] = _walk[cell] + 1;
                    _queue[tail++] = next;
                }
            }
        }
    }

    private void FlipBoth(int from, int to)
    {
        Flip(_pushedBits, from);
        Flip(_pushedBits, to);
    }

    private static void Flip(ulong[] bits, int cell) => bits[cell / 64] ^= 1UL << (cell % 64);

    /// <param name="Index">Of the box among those of the position.</param>
    /// <param name="Slot">What the table held where the search for the position begins.</param>
    private readonly record struct Candidate(int Index, int Direction, int To, int Cost, ulong Hash, ulong Slot)
    {
        /// <summary>Pushes of one position never lead to one position, so what was free when they were listed is not taken by its like.</summary>
        public bool IsSurelyNew => Slot == 0;
    }
}
