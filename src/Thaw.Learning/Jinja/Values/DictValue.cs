namespace Thaw.Learning.Jinja.Values;

/// <summary>Keys with values, in the order in which the keys came. Keys are None, booleans, numbers and texts.</summary>
internal sealed class DictValue : Value
{
    public static readonly DictValue Empty = new([]);

    private readonly List<KeyValuePair<Value, Value>> _entries = [];
    private readonly Dictionary<Value, int> _positions = new(KeyComparer.Instance);

    /// <param name="entries">A key that comes again keeps its place and takes the later value.</param>
    public DictValue(IEnumerable<KeyValuePair<Value, Value>> entries)
    {
        foreach (var entry in entries)
        {
            if (_positions.TryAdd(entry.Key, _entries.Count))
            {
                _entries.Add(entry);
            }
            else
            {
                var position = _positions[entry.Key];
                _entries[position] = KeyValuePair.Create(_entries[position].Key, entry.Value);
            }
        }
    }

    public IReadOnlyList<KeyValuePair<Value, Value>> Entries => _entries;

    public override string TypeName => "dict";

    public override bool IsTrue => _entries.Count > 0;

    public override int? Count => _entries.Count;

    public override IEnumerable<Value> Items => _entries.Select(entry => entry.Key);

    /// <returns>Null where there is no such key.</returns>
    public Value? Find(Value key) => KeyComparer.CanBeKey(key) && _positions.TryGetValue(key, out var position) ? _entries[position].Value : null;

    public Value? Find(string key) => Find(new StringValue(key));
}
