using System.Text;
using Thaw.Core.Concurrency;
using Thaw.Core.Progress;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;

namespace Thaw.Core.Datasets;

/// <summary>Instances without prompts: one JSON object a line.</summary>
public static class InstanceFile
{
    private const string Failed = "failed";

    /// <summary>Writes a row for each item, in their order; goes on where an earlier call with the same plan was interrupted.</summary>
    /// <param name="plan">All that decides the rows.</param>
    /// <param name="make">May run on several threads.</param>
    /// <param name="onFailure">Told of each item without an instance, unless an earlier call was.</param>
    /// <returns>The file, its rows, and how many of them hold no instance.</returns>
    /// <exception cref="OperationCanceledException">What is written so far is kept for a later call.</exception>
    public static (DatasetFile File, long Rows, long Failures) Write<T>(
        string path,
        string plan,
        IEnumerable<T> items,
        int count,
        Func<T, InstanceRow> make,
        Action<T, string> onFailure,
        IProgress<WorkProgress> progress,
        CancellationToken cancellation)
    {
        using var writer = new DatasetWriter([path], plan);
        foreach (var (item, row, line) in items.Skip((int)writer.Rows).SelectInOrder(item => Make(item, make)))
        {
            if (row.Failure is { } failure)
            {
                onFailure(item, failure);
            }

            writer.Append(new DatasetBlock(1, [line], new Dictionary<string, long> { [Failed] = row.Failure is null ? 0 : 1 }));
            progress.Report(new WorkProgress("instances", writer.Rows, count));
            writer.StopIfAsked(cancellation);
        }

        return (writer.Complete().Single(), writer.Rows, writer.Counts.GetValueOrDefault(Failed));
    }

    private static (T Item, InstanceRow Row, byte[] Line) Make<T>(T item, Func<T, InstanceRow> make)
    {
        var row = make(item);
        return (item, row, Encoding.UTF8.GetBytes(row.Row.ToJsonString(JsonFormat.Line) + "\n"));
    }
}
