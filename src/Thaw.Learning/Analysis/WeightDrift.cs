using System.Globalization;
using Thaw.Learning.Models;
using Thaw.Learning.Training;

namespace Thaw.Learning.Analysis;

/// <summary>How much each part of a model changed from one checkpoint of a run to the next: a heat map, layer by step.</summary>
/// <remarks>
/// A cell is the mean, weighted by size, over the tensors of its row of ‖W_k − W_(k−1)‖ / (‖W_(k−1)‖ + 1e-12), as the public code of
/// arXiv 2510.00237 has it (<c>weight_dynamics_analysis.py</c>).
/// </remarks>
/// <param name="Columns">From one checkpoint to the next, in the order of the steps.</param>
/// <param name="Rows">The embedding, then the layers from 0, each followed by its parts, then what is behind them, then all together.</param>
public sealed record WeightDrift(string Run, IReadOnlyList<DriftColumn> Columns, IReadOnlyList<DriftRow> Rows)
{
    private const double Floor = 1e-12;

    /// <param name="run">A folder with <c>checkpoint-N</c> folders: models, or adapters.</param>
    /// <param name="base">What the run began with, as a column before the first; null leaves it out. Adapters are put on it, or on the model that they name.</param>
    /// <exception cref="InvalidDataException">There are fewer than two to compare, or they do not fit together.</exception>
    /// <exception cref="IOException">A folder or file is missing.</exception>
    public static WeightDrift Of(string run, string? @base, Action<int, int> report, CancellationToken cancellation)
    {
        var places = CheckpointsOf(run).Select(checkpoint => (Name: checkpoint.Step.ToString(CultureInfo.InvariantCulture), checkpoint.Folder)).ToList();
        if (@base is not null)
        {
            places.Insert(0, ("base", @base));
        }

        if (places.Count < 2)
        {
            throw new InvalidDataException(
                $"{run}: has {places.Count - (@base is null ? 0 : 1)} checkpoints, too few to compare. save_steps and save_total_limit decide how many a run keeps; --base adds its start.");
        }

        var columns = new List<DriftColumn>();
        var distances = new List<WeightDistance>();
        for (var k = 1; k < places.Count; k++)
        {
            report(k - 1, places.Count - 1);
            using var before = WeightSource.Open(places[k - 1].Folder, @base);
            using var now = WeightSource.Open(places[k].Folder, @base);
            distances.Add(WeightDistance.Of(now, before, cancellation));
            columns.Add(new DriftColumn(places[k - 1].Name, places[k].Name, distances[^1].All.L2, distances[^1].All.RelativeL2));
        }

        return new WeightDrift(run, columns, [.. RowsOf(distances[0].Tensors).Select(row => new DriftRow(row.Name, row.Layer, row.Kind, [.. distances.Select(d => Change(d, row.Has))]))]);
    }

    /// <summary>The checkpoints that are compared, by step.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such run.</exception>
    public static IReadOnlyList<(int Step, string Folder)> CheckpointsOf(string run) => Directory.Exists(run)
        ? [.. TrainingCheckpoint.StepsIn(run).Select(step => (step, TrainingCheckpoint.PathOf(run, step)))]
        : throw new DirectoryNotFoundException($"{run}: no such folder.");

    private static IEnumerable<(string Name, int? Layer, WeightKind? Kind, Func<TensorDistance, bool> Has)> RowsOf(IReadOnlyList<TensorDistance> tensors)
    {
        foreach (var place in tensors.GroupBy(tensor => (tensor.Layer, Kind: tensor.Layer is null ? tensor.Kind : (WeightKind?)null)))
        {
            var (layer, kind) = place.Key;
            yield return layer is null
                ? (NameOf(kind!.Value), null, kind, tensor => tensor.Layer is null && tensor.Kind == kind)
                : ($"layer {layer}", layer, null, tensor => tensor.Layer == layer);
            foreach (var part in place.Where(_ => layer is not null).Select(tensor => tensor.Kind).Distinct().Order())
            {
                yield return ($"layer {layer} {NameOf(part)}", layer, part, tensor => tensor.Layer == layer && tensor.Kind == part);
            }
        }

        yield return ("all", null, null, _ => true);
    }

    private static string NameOf(WeightKind kind) => kind.ToString().ToLowerInvariant();

    private static double Change(WeightDistance distance, Func<TensorDistance, bool> isMeant)
    {
        var meant = distance.Tensors.Where(isMeant).ToList();
        return meant.Sum(tensor => tensor.Elements * (tensor.L2 / (tensor.BaseL2 + Floor))) / meant.Sum(tensor => tensor.Elements);
    }
}

/// <param name="From">A step, or <c>base</c>.</param>
/// <param name="L2">‖θ_k − θ_(k−1)‖ over all weights.</param>
/// <param name="RelativeL2">That divided by ‖θ_(k−1)‖.</param>
public sealed record DriftColumn(string From, string To, double L2, double? RelativeL2);

/// <param name="Layer">Null outside the layers, and of all together.</param>
/// <param name="Kind">Null of a whole layer, and of all together.</param>
/// <param name="Changes">One for each column.</param>
public sealed record DriftRow(string Name, int? Layer, WeightKind? Kind, IReadOnlyList<double> Changes);
