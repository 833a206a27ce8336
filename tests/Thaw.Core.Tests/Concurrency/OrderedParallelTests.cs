using Thaw.Core.Concurrency;

namespace Thaw.Core.Tests.Concurrency;

public class OrderedParallelTests
{
    [Fact]
    public void SelectInOrder_SlowAndFastItems_KeepTheirOrder()
    {
        var results = Enumerable.Range(0, 200).SelectInOrder(i =>
        {
            Thread.Sleep(i % 7 == 0 ? 3 : 0);
            return i;
        });

        Assert.Equal(Enumerable.Range(0, 200), results);
    }

    [Fact]
    public void SelectInOrder_EndlessSource_ReadsOnlyAFewItemsAhead()
    {
        var read = 0;
        IEnumerable<int> Endless()
        {
            while (true)
            {
                yield return read++;
            }
        }

        Assert.Equal([0, 1, 2], Endless().SelectInOrder(i => i).Take(3));
        Assert.InRange(read, 3, 20);
    }

    [Fact]
    public void SelectInOrder_Source_IsReadByTheReadingThread()
    {
        var threads = new HashSet<int>();
        IEnumerable<int> Source()
        {
            for (var i = 0; i < 100; i++)
            {
                threads.Add(Environment.CurrentManagedThreadId);
                yield return i;
            }
        }

        Assert.Equal(100, Source().SelectInOrder(i => i).ToList().Count);
        Assert.Equal([Environment.CurrentManagedThreadId], threads);
    }

    [Fact]
    public void SelectInOrder_ItemThatFails_ThrowsItsOwnExceptionInItsPlace()
    {
        var seen = new List<int>();

        Assert.Throws<FormatException>(() =>
        {
            foreach (var i in Enumerable.Range(0, 100).SelectInOrder(i => i == 40 ? throw new FormatException() : i))
            {
                seen.Add(i);
            }
        });
        Assert.Equal(Enumerable.Range(0, 40), seen);
    }
}
