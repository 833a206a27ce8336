using Thaw.Learning.Checkpoints;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Distribution;

/// <summary>An optimizer whose state is shared out over the ranks (ZeRO stage 1, arXiv:1910.02054): each updates the parameters it owns and sends them to the others.</summary>
/// <remarks>
/// Gradients are whole on every rank, summed before. Parameters are owned whole, so any optimizer that treats each by itself works
/// unchanged, and every number is the one that a single process would have.
/// </remarks>
internal sealed class ShardedOptimizer : IOptimizer
{
    private readonly Ranks _ranks;
    private readonly Parameter[] _parameters;
    private readonly int[] _owners;
    private readonly IOptimizer _own;

    /// <param name="create">Makes the optimizer of some parameters.</param>
    public ShardedOptimizer(Ranks ranks, IEnumerable<Parameter> parameters, Func<IReadOnlyList<Parameter>, IOptimizer> create)
    {
        _ranks = ranks;
        _parameters = [.. parameters.Where(p => p.IsTrainable)];
        _owners = ParameterShares.Owners(_parameters, ranks.Count);
        _own = create([.. OwnedBy(ranks.Number)]);
    }

    public long Steps => _own.Steps;

    /// <summary>This rank's part of it.</summary>
    public IEnumerable<(string Name, Tensor Value)> State => _own.State;

    public void ClearGradients()
    {
        foreach (var parameter in _parameters)
        {
            parameter.Value.ClearGradient();
        }
    }

    public double ClipGradients(double maxNorm)
    {
        using var scope = new TensorScope();
        return GradientNorm.Clip([.. _parameters.Select(AdamW.GradientOf)], maxNorm);
    }

    public void Update(double learningRate)
    {
        _own.Update(learningRate);
        for (var rank = 0; rank < _ranks.Count; rank++)
        {
            _ranks.Broadcast([.. OwnedBy(rank).Select(p => p.Value)], rank);
        }
    }

    /// <summary>The whole state; every rank must call it, and what a rank does not own passes through its memory one tensor at a time.</summary>
    public void WriteState(Stream stream)
    {
        var own = _own.State.ToDictionary(s => s.Name, s => s.Value);
        var pieces = _ranks.Gather(string.Join('\n', own.Select(s => $"{s.Key}\t{string.Join(',', s.Value.Shape.ToArray())}")))
            .SelectMany((text, rank) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => StatePiece.Read(line, rank)))
            .ToDictionary(piece => piece.Name);
        SafetensorsWriter.Write(stream, pieces.Values.Select(p => new SafetensorsEntry(p.Name, SafetensorsType.F32, p.Shape)), (entry, target) =>
        {
            using var scope = new TensorScope();
            var piece = pieces[entry.Name];
            var value = own.TryGetValue(entry.Name, out var kept) ? kept : Tensor.Empty(piece.Shape, DType.Float32, _parameters[0].Value.Device);
            _ranks.Broadcast([value], piece.Owner);
            TensorTransfer.Write(target, value, entry.Type);
        });
    }

    public void Restore(long steps, Action<string, Tensor> read) => _own.Restore(steps, read);

    public void Dispose() => _own.Dispose();

    private IEnumerable<Parameter> OwnedBy(int rank) => _parameters.Where((_, i) => _owners[i] == rank);

    private sealed record StatePiece(string Name, long[] Shape, int Owner)
    {
        public static StatePiece Read(string line, int owner)
        {
            var parts = line.Split('\t');
            return new StatePiece(parts[0], [.. parts[1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)], owner);
        }
    }
}
