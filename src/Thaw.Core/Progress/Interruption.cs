namespace Thaw.Core.Progress;

/// <summary>Ends long enumerations.</summary>
public static class Interruption
{
    /// <exception cref="OperationCanceledException">While the items are enumerated.</exception>
    public static IEnumerable<T> Until<T>(this IEnumerable<T> items, CancellationToken cancellation)
    {
        foreach (var item in items)
        {
            cancellation.ThrowIfCancellationRequested();
            yield return item;
        }
    }
}
