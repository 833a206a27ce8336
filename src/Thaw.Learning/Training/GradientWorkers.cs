using Thaw.Learning.Models;
using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary>Computes the gradients of a step's batches on all CPU threads, one thread a batch.</summary>
/// <remarks>
/// The matrices of a small model are too small to be shared out well: two threads on one batch do 1.3 times the work of one, two
/// threads on two batches nearly twice. Every worker but the first has a model of its own over the same weights, so its gradients
/// are its own until they are added, always in the same order: the result depends on the number of workers, never on who was faster.
/// </remarks>
internal sealed class GradientWorkers : IDisposable
{
    private readonly Decoder[] _models;

    public GradientWorkers(Decoder model)
    {
        var replicas = model.Device.IsCuda ? 0 : TorchRuntime.Threads - 1;
        _models = [model, .. Enumerable.Range(0, replicas).Select(_ => model.Replicate())];
    }

    public int Count => _models.Length;

    /// <summary>Adds the gradients of all batches to the first model's.</summary>
    /// <param name="accumulate">Computes one batch, which it is told the number of, on one model.</param>
    /// <returns>What <paramref name="accumulate"/> gave, in the order of the batches.</returns>
    public T[] Run<T>(IReadOnlyList<TokenBatch> batches, Func<Decoder, TokenBatch, int, T> accumulate)
    {
        var results = new T[batches.Count];
        if (_models.Length == 1)
        {
            Work(0, [.. Enumerable.Range(0, batches.Count)]);
            return results;
        }

        var shares = Share(batches);
        ThreadShares.Run(shares.Length, worker => Work(worker, shares[worker]));
        AddUp();
        return results;

        void Work(int worker, IReadOnlyList<int> own)
        {
            foreach (var index in own)
            {
                results[index] = accumulate(_models[worker], batches[index], index);
            }
        }
    }

    public void Dispose()
    {
        foreach (var replica in _models.Skip(1))
        {
            replica.Dispose();
        }
    }

    // The longest batches first, each to the worker with the least so far.
    private List<int>[] Share(IReadOnlyList<TokenBatch> batches)
    {
        var shares = Enumerable.Range(0, _models.Length).Select(_ => new List<int>()).ToArray();
        var tokens = new long[shares.Length];
        foreach (var index in Enumerable.Range(0, batches.Count).OrderByDescending(i => batches[i].TokenCount))
        {
            var least = Array.IndexOf(tokens, tokens.Min());
            shares[least].Add(index);
            tokens[least] += batches[index].TokenCount;
        }

        return shares;
    }

    private void AddUp()
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        for (var i = 0; i < _models[0].TrainedParameters.Count; i++)
        {
            foreach (var replica in _models.Skip(1))
            {
                var own = replica.TrainedParameters[i];
                if (own.IsTrainable && own.Value.GradientOrNull() is { } gradient)
                {
                    _models[0].TrainedParameters[i].Value.AddToGradient(gradient);
                    own.Value.ClearGradient();
                }
            }
        }
    }
}
