namespace Thaw.Core.Concurrency;

/// <summary>Work on many items at once whose results come in the order of the items, whatever the number of threads.</summary>
public static class OrderedParallel
{
    private const int MaxAhead = 16;

    private static readonly int s_ahead = Math.Min(Environment.ProcessorCount, MaxAhead);

    /// <summary>Like <c>Select</c>, with <paramref name="select"/> running on several threads, a few items ahead of the reader.</summary>
    /// <remarks>
    /// <paramref name="source"/> is read by the reading thread alone, so it may draw random numbers. At most sixteen results wait, so
    /// endless sources do no harm; items should be worth some tens of microseconds. What was begun and is not read runs to its end unseen.
    /// </remarks>
    public static IEnumerable<TResult> SelectInOrder<TSource, TResult>(this IEnumerable<TSource> source, Func<TSource, TResult> select)
    {
        var running = new Queue<Task<TResult>>();
        foreach (var item in source)
        {
            running.Enqueue(Task.Run(() => select(item)));
            if (running.Count > s_ahead)
            {
                yield return running.Dequeue().GetAwaiter().GetResult();
            }
        }

        while (running.TryDequeue(out var next))
        {
            yield return next.GetAwaiter().GetResult();
        }
    }
}
