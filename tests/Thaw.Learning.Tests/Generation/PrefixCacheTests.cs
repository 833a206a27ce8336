using Thaw.Core.Randomness;
using Thaw.Learning.Generation;

namespace Thaw.Learning.Tests.Generation;

public sealed class PrefixCacheTests
{
    [Fact]
    public void Add_WhenFull_TakesTheEndThatWasLeftLongestAgo()
    {
        var cache = new PrefixCache(6);
        var first = Enter(cache, "ab");
        var second = Enter(cache, "cd");
        var third = Enter(cache, "ef");
        cache.Leave(second);
        cache.Leave(third);
        cache.Leave(first);

        Enter(cache, "xyz");

        // All of cd, then the end of ef.
        Assert.Equal((0, 1, 2), (Known(cache, "cd"), Known(cache, "ef"), Known(cache, "ab")));
    }

    [Fact]
    public void Add_BeginningThatARowStandsOn_IsNeverTaken()
    {
        var cache = new PrefixCache(4);
        var longer = Enter(cache, "abcd");
        var shorter = Enter(cache, "ab");
        cache.Leave(longer);

        Assert.Equal(2, cache.Available);
        Assert.Equal(2, Enter(cache, "xyz").Length);
        Assert.Equal(2, Known(cache, "abcd"));
        Assert.Equal(-1, cache.Add((int)shorter[1], 'q'));
    }

    [Fact]
    public void Leave_BeforeItWasComputed_ForgetsIt()
    {
        var cache = new PrefixCache(9);
        var path = new long[] { cache.Add(PrefixCache.Root, 'a'), 0, 0 };
        cache.SetComputed((int)path[0]);
        path[1] = cache.Add((int)path[0], 'b');
        path[2] = cache.Add((int)path[1], 'c');

        cache.Leave(path);

        Assert.Equal((1, 1, 0), (cache.Count, Known(cache, "abc"), cache.InUse));
    }

    // Many rows come and go; a plain list of all sequences says what may still be there.
    [Fact]
    public void Random_ComingAndGoing_NeverLosesWhatIsInUseNorPassesTheBound()
    {
        const int Capacity = 50;
        var cache = new PrefixCache(Capacity);
        var random = SplitMix64.For(1, "cache");
        var rows = new List<(string Text, long[] Path)>();
        for (var step = 0; step < 5000; step++)
        {
            if (rows.Count > 0 && random.NextBool(0.5))
            {
                var leaving = random.NextInt(rows.Count);
                cache.Leave(rows[leaving].Path);
                rows.RemoveAt(leaving);
            }
            else
            {
                var text = string.Concat(Enumerable.Range(0, 1 + random.NextInt(12)).Select(_ => "ab"[random.NextInt(2)]));
                var path = Enter(cache, text);
                rows.Add((text[..path.Length], path));
            }

            var inUse = rows.SelectMany(row => Enumerable.Range(1, row.Text.Length).Select(length => row.Text[..length])).Distinct().Count();
            Assert.Equal(inUse, cache.InUse);
            Assert.Equal(Capacity - inUse, cache.Available);
            Assert.InRange(cache.Count, inUse, Capacity);
            Assert.All(rows, row => Assert.Equal(row.Text.Length, Known(cache, row.Text)));
            Assert.All(rows, row => Assert.Equal(row.Path, Slots(cache, row.Text)));
        }
    }

    // Of a text as far as there are slots.
    private static long[] Enter(PrefixCache cache, string text)
    {
        var path = new List<long>();
        foreach (var letter in text)
        {
            var parent = path.Count == 0 ? PrefixCache.Root : (int)path[^1];
            var slot = cache.Find(parent, letter);
            if (slot >= 0)
            {
                cache.Enter(slot);
            }
            else if ((slot = cache.Add(parent, letter)) < 0)
            {
                break;
            }

            cache.SetComputed(slot);
            path.Add(slot);
        }

        return [.. path];
    }

    private static int Known(PrefixCache cache, string text) => Slots(cache, text).Length;

    private static long[] Slots(PrefixCache cache, string text)
    {
        var path = new List<long>();
        foreach (var letter in text)
        {
            var slot = cache.Find(path.Count == 0 ? PrefixCache.Root : (int)path[^1], letter);
            if (slot < 0)
            {
                break;
            }

            path.Add(slot);
        }

        return [.. path];
    }
}
