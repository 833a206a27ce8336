using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Analysis;

/// <summary>How far the weights of a model are from those of its base, in all, by layer, by kind and by tensor.</summary>
/// <remarks>
/// ‖θ − θ₀‖ and that divided by ‖θ₀‖, both over all tensors, are what the public code of arXiv 2510.00237 calls L2 and relative L2
/// (<c>L2_distance_to_base.py</c>). Sums are of float64. No model is loaded: the memory is that of a few tensors.
/// </remarks>
/// <param name="Layers">By number, from 0.</param>
public sealed record WeightDistance(
    string Model,
    string Base,
    DistanceSum All,
    IReadOnlyDictionary<WeightKind, DistanceSum> Kinds,
    IReadOnlyList<LayerDistance> Layers,
    IReadOnlyList<TensorDistance> Tensors)
{
    // Elements that are subtracted at once.
    private const long Piece = 1 << 22;

    /// <param name="model">A model, or an adapter on <paramref name="base"/>.</param>
    /// <exception cref="InvalidDataException">The two differ in their tensors or shapes, or hold a number that is not finite.</exception>
    /// <exception cref="IOException">A folder or file is missing.</exception>
    public static WeightDistance Of(string model, string @base, CancellationToken cancellation)
    {
        using var origin = WeightSource.Open(@base, null);
        using var tuned = WeightSource.Open(model, @base);
        return Of(tuned, origin, cancellation);
    }

    internal static WeightDistance Of(WeightSource model, WeightSource origin, CancellationToken cancellation)
    {
        model.RequireSameShapes(origin);
        var tensors = model.Names.Select(name =>
        {
            cancellation.ThrowIfCancellationRequested();
            return Measure(name, model, origin);
        }).ToList();
        return new WeightDistance(
            model.Folder,
            origin.Folder,
            DistanceSum.Of(tensors),
            tensors.GroupBy(tensor => tensor.Kind).OrderBy(group => group.Key).ToDictionary(group => group.Key, DistanceSum.Of),
            [.. tensors.Where(tensor => tensor.Layer is not null).GroupBy(tensor => tensor.Layer!.Value).Select(LayerDistance.Of)],
            tensors);
    }

    private static TensorDistance Measure(string name, WeightSource model, WeightSource origin)
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        var (originN, modelN) = (Flat(origin.Read(name)), Flat(model.Read(name)));
        var (squares, baseSquares, greatest) = (0.0, 0.0, 0.0);
        for (var start = 0L; start < originN.ElementCount; start += Piece)
        {
            using var part = new TensorScope();
            var count = Math.Min(Piece, originN.ElementCount - start);
            var baseN = originN.Narrow(0, start, count);
            var changeN = modelN.Narrow(0, start, count) - baseN;
            squares += changeN.Square().Sum().Item();
            baseSquares += baseN.Square().Sum().Item();
            greatest = Math.Max(greatest, changeN.Abs().Max(0).Item());
        }

        var (layer, kind) = DecoderWeights.PlaceOf(name);
        return double.IsFinite(squares) && double.IsFinite(baseSquares)
            ? new TensorDistance(name, layer, kind, originN.ElementCount, Math.Sqrt(squares), Math.Sqrt(baseSquares), greatest)
            : throw new InvalidDataException($"tensor '{name}' of {model.Folder} or {origin.Folder} holds a number that is not finite.");
    }

    private static Tensor Flat(Tensor x) => x.Reshape(x.ElementCount);
}

/// <param name="Layer">Null outside the layers.</param>
/// <param name="L2">‖W − W₀‖.</param>
/// <param name="BaseL2">‖W₀‖.</param>
/// <param name="MaxAbs">The greatest change of one number.</param>
public sealed record TensorDistance(string Name, int? Layer, WeightKind Kind, long Elements, double L2, double BaseL2, double MaxAbs)
{
    /// <summary>L2 divided by that of the base; of a base that is all 0, 0 where nothing changed and else null.</summary>
    public double? RelativeL2 => DistanceSum.Ratio(L2, BaseL2);
}

/// <summary>The same over several tensors as if they were one.</summary>
/// <param name="Changed">Tensors with any change.</param>
public sealed record DistanceSum(int Tensors, int Changed, long Elements, double L2, double BaseL2, double MaxAbs)
{
    /// <inheritdoc cref="TensorDistance.RelativeL2"/>
    public double? RelativeL2 => Ratio(L2, BaseL2);

    internal static DistanceSum Of(IEnumerable<TensorDistance> tensors)
    {
        var all = tensors.ToList();
        return new DistanceSum(
            all.Count,
            all.Count(tensor => tensor.L2 > 0),
            all.Sum(tensor => tensor.Elements),
            Math.Sqrt(all.Sum(tensor => tensor.L2 * tensor.L2)),
            Math.Sqrt(all.Sum(tensor => tensor.BaseL2 * tensor.BaseL2)),
            all.Max(tensor => tensor.MaxAbs));
    }

    internal static double? Ratio(double change, double norm) => norm > 0 ? change / norm : change == 0 ? 0 : null;
}

/// <summary>One layer, and its parts.</summary>
public sealed record LayerDistance(int Layer, DistanceSum All, IReadOnlyDictionary<WeightKind, DistanceSum> Kinds)
{
    internal static LayerDistance Of(IGrouping<int, TensorDistance> layer) => new(
        layer.Key,
        DistanceSum.Of(layer),
        layer.GroupBy(tensor => tensor.Kind).OrderBy(group => group.Key).ToDictionary(group => group.Key, DistanceSum.Of));
}
