using System.Text;
using Thaw.Core.Identity;

namespace Thaw.Core.Audit;

/// <summary>How often each of many texts occurred; keeps 64 bits of a hash of each, so that millions fit in memory.</summary>
internal sealed class KeyCounts
{
    private readonly Dictionary<ulong, int> _counts = [];

    public int Distinct => _counts.Count;

    /// <summary>All occurrences.</summary>
    public long Total { get; private set; }

    /// <summary>Texts that occurred once.</summary>
    public int Singletons => _counts.Values.Count(count => count == 1);

    public void Add(string key)
    {
        var hash = HashOf(key);
        _counts[hash] = _counts.GetValueOrDefault(hash) + 1;
        Total++;
    }

    public bool Contains(string key) => _counts.ContainsKey(HashOf(key));

    public int SharedWith(KeyCounts other) => _counts.Keys.Count(other._counts.ContainsKey);

    /// <summary>Occurrences of texts that occur in <paramref name="other"/> too.</summary>
    public long OccurrencesIn(KeyCounts other) => _counts.Where(entry => other._counts.ContainsKey(entry.Key)).Sum(entry => (long)entry.Value);

    private static ulong HashOf(string key) => StableHash.Of(Encoding.UTF8.GetBytes(key));
}
