namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Numbers different states 0, 1, 2, ... in the order of their arrival: the closed list and the queue of a search in one.</summary>
/// <remarks>Open addressing with a stamp per slot, so that <see cref="Clear"/> costs nothing and one index serves many searches.</remarks>
internal sealed class StateIndex
{
    private SokobanState[] _states = new SokobanState[512];
    private long[] _slots = new long[1024];
    private int _shift = 64 - 10;
    private int _stamp = 1;

    public int Count { get; private set; }

    public SokobanState this[int index] => _states[index];

    public void Clear()
    {
        Count = 0;
        if (_stamp == int.MaxValue)
        {
            Array.Clear(_slots);
            _stamp = 0;
        }

        _stamp++;
    }

    /// <returns>True if <paramref name="state"/> is new; <paramref name="index"/> is its number either way.</returns>
    public bool TryAdd(SokobanState state, out int index)
    {
        var slot = SlotOf(state);
        while (_slots[slot] >> 32 == _stamp)
        {
            index = unchecked((int)_slots[slot]);
            if (_states[index] == state)
            {
                return false;
            }

            slot = (slot + 1) & (_slots.Length - 1);
        }

        if (Count == _states.Length)
        {
            Grow();
            return TryAdd(state, out index);
        }

        index = Count++;
        _states[index] = state;
        _slots[slot] = ((long)_stamp << 32) | (uint)index;
        return true;
    }

    // The slots stay twice as many as the states: chains are short and a free slot always ends them.
    private void Grow()
    {
        Array.Resize(ref _states, _states.Length * 2);
        _slots = new long[_slots.Length * 2];
        _shift--;
        for (var i = 0; i < Count; i++)
        {
            var slot = SlotOf(_states[i]);
            while (_slots[slot] != 0)
            {
                slot = (slot + 1) & (_slots.Length - 1);
            }

            _slots[slot] = ((long)_stamp << 32) | (uint)i;
        }
    }

    private int SlotOf(SokobanState state)
    {
        unchecked
        {
            var low = (ulong)state.Boxes;
            var high = (ulong)(state.Boxes >> 64);
            var mixed = ((low ^ ((ulong)state.Player << 57)) * 0x9E3779B97F4A7C15UL) ^ ((high + (ulong)state.Player) * 0xC2B2AE3D27D4EB4FUL);
            return (int)((mixed ^ (mixed >> 29)) * 0xBF58476D1CE4E5B9UL >> _shift);
        }
    }
}
