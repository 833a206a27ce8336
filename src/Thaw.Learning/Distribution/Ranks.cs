using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using Thaw.Torch;
using Thaw.Torch.Distributed;

namespace Thaw.Learning.Distribution;

/// <summary>The processes that train one model together, as a trainer sees them; one process alone is <see cref="Alone"/>, which does nothing.</summary>
/// <remarks>
/// All operations but <see cref="ThrowIfLost"/> are collectives: every rank calls them in the same order, from its training thread.
/// Disposing it without <see cref="Complete"/> tells the others that this rank stops with an error.
/// </remarks>
public sealed class Ranks : IDisposable
{
    /// <summary>How long an operation that failed waits to hear who is to blame.</summary>
    private static readonly TimeSpan s_diagnosis = TimeSpan.FromSeconds(3);

    /// <summary>How long ranks that have met in the group may take to connect to the watch.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ProcessGroup? _group;
    private readonly Device _device;
    private readonly CancellationTokenSource _lost = new();
    private readonly Action<string>? _quit;
    private readonly ManualResetEventSlim _isOver = new();
    private RankWatch? _watch;

    private Ranks(ProcessGroup? group, Device device, Action<string>? quit) => (_group, _device, _quit) = (group, device, quit);

    public static Ranks Alone { get; } = new(null, Device.Cpu, null);

    /// <summary>From 0.</summary>
    public int Number => _group?.Rank ?? 0;

    public int Count => _group?.Size ?? 1;

    /// <summary>Whether this rank writes files, evaluates and talks to people.</summary>
    public bool IsFirst => Number == 0;

    /// <summary>Waits until all ranks have come.</summary>
    /// <param name="device">Where the tensors of this rank are.</param>
    /// <param name="timeout">Of this wait and of each later one.</param>
    /// <param name="quit">Ends the process with a message: called a few seconds after a rank was lost, if this one has not noticed by then because it computes.</param>
    /// <exception cref="TorchException">A rank did not come in time, or libtorch has no backend for the device.</exception>
    public static Ranks Join(RankEnvironment environment, GroupBackend backend, Device device, TimeSpan timeout, Action<string>? quit = null)
    {
        var place = new Rendezvous(
            environment.Host, environment.Port, Serves: environment.Rank == 0 && !environment.AgentServes, $"thaw/{environment.Attempt}");
        var ranks = new Ranks(Join(backend, place, environment, timeout), device, quit);
        using var listener = ranks.IsFirst ? RankWatch.Listener(environment.Host) : null;
        var port = ranks.Gather((listener?.LocalEndPoint as IPEndPoint)?.Port ?? 0)[0];
        ranks._watch = listener is not null
            ? RankWatch.Serve(listener, environment.Count, s_patience, ranks.OnLoss)
            : RankWatch.Connect(environment.Host, port, environment.Rank, ranks.OnLoss);
        return ranks;
    }

    private static ProcessGroup Join(GroupBackend backend, Rendezvous place, RankEnvironment environment, TimeSpan timeout)
    {
        try
        {
            return ProcessGroup.Join(backend, place, environment.Rank, environment.Count, timeout);
        }
        catch (TorchException error) when (environment.Rank > 0)
        {
            throw new TorchException($"Rank {environment.Rank} cannot join rank 0 at {environment.Host}:{environment.Port}: {error.Message}");
        }
    }

    /// <summary><paramref name="token"/>, or the loss of a rank: for work that may take long between two collectives.</summary>
    public CancellationTokenSource Link(CancellationToken token) => CancellationTokenSource.CreateLinkedTokenSource(token, _lost.Token);

    /// <exception cref="RankLostException">A rank is gone.</exception>
    public void ThrowIfLost()
    {
        if (_watch?.LossOrNull is { } loss)
        {
            throw new RankLostException(loss);
        }
    }

    /// <returns>The values of all ranks, in their order.</returns>
    public T[] Gather<T>(T value)
        where T : unmanaged
    {
        if (_group is null)
        {
            return [value];
        }

        var bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value));
        return [.. Gather(bytes).Select(own => MemoryMarshal.Read<T>(own))];
    }

    /// <returns>The texts of all ranks, in their order.</returns>
    public string[] Gather(string text)
    {
        if (_group is null)
        {
            return [text];
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        var lengths = Gather(bytes.Length);
        Array.Resize(ref bytes, Math.Max(1, lengths.Max()));
        return [.. Gather(bytes.AsSpan()).Zip(lengths, (all, length) => Encoding.UTF8.GetString(all, 0, length))];
    }

    /// <summary>Whether it is so on any rank; all get the same answer.</summary>
    public bool Any(bool isSo) => Array.IndexOf(Gather((byte)(isSo ? 1 : 0)), (byte)1) >= 0;

    /// <summary>Replaces each gradient by its sum over all ranks.</summary>
    /// <param name="hasRows">Whether this rank computed anything; one that did not adds zeros.</param>
    /// <exception cref="InvalidOperationException">A parameter took no part in the loss of this rank's rows.</exception>
    public void SumGradients(IEnumerable<Parameter> parameters, bool hasRows)
    {
        if (_group is null)
        {
            return;
        }

        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        var gradients = new List<Tensor>();
        foreach (var parameter in parameters.Where(p => p.IsTrainable))
        {
            if (!hasRows)
            {
                parameter.Value.AddToGradient(Tensor.Zeros(parameter.Value.Shape.ToArray(), DType.Float32, parameter.Value.Device));
            }

            gradients.Add(parameter.Value.GradientOrNull() ?? throw new InvalidOperationException($"{parameter.Name} has no gradient."));
        }

        Guarded(group => group.Sum(gradients));
    }

    /// <summary>Replaces each tensor by that of the rank <paramref name="from"/>.</summary>
    internal void Broadcast(IReadOnlyList<Tensor> tensors, int from)
    {
        if (_group is not null && tensors.Count > 0)
        {
            Guarded(group => group.Broadcast(tensors, from));
        }
    }

    /// <summary>Rank 0 works, the others wait for it.</summary>
    /// <param name="work">Given a token that is cancelled as well when a rank is lost meanwhile.</param>
    /// <exception cref="OperationCanceledException">Rank 0's work was cancelled; all ranks get it.</exception>
    public void OnFirst(Action<CancellationToken> work, CancellationToken cancellation) => Together(IsFirst ? work : _ => { }, cancellation);

    /// <summary>All ranks work, and none goes on before all are done.</summary>
    /// <exception cref="OperationCanceledException">The work of a rank was cancelled; all ranks get it.</exception>
    public void Together(Action<CancellationToken> work, CancellationToken cancellation)
    {
        if (_group is null)
        {
            work(cancellation);
            return;
        }

        var isCancelled = false;
        using var linked = Link(cancellation);
        try
        {
            work(linked.Token);
        }
        catch (OperationCanceledException)
        {
            ThrowIfLost();
            isCancelled = true;
        }

        if (Any(isCancelled))
        {
            throw new OperationCanceledException();
        }
    }

    /// <exception cref="InvalidDataException">A rank has another text than rank 0; the message names it and the first line that differs.</exception>
    public void RequireSame(string what, string text)
    {
        var all = Gather(text);
        var other = Array.FindIndex(all, own => own != all[0]);
        if (other > 0)
        {
            var (expected, actual) = (all[0].Split('\n'), all[other].Split('\n'));
            var line = Enumerable.Range(0, Math.Max(expected.Length, actual.Length)).First(i => At(expected, i) != At(actual, i));
            throw new InvalidDataException($"Rank {other} has another {what} than rank 0: '{At(actual, line)}' there, '{At(expected, line)}' on rank 0.");
        }

        static string At(string[] lines, int line) => line < lines.Length ? lines[line].Trim() : "";
    }

    /// <summary>Ends the job in order: returns when all ranks have come here.</summary>
    public void Complete()
    {
        if (_group is not null)
        {
            Any(false);
            _watch!.End(isFailure: false);
        }
    }

    public void Dispose()
    {
        if (_group is not null)
        {
            _isOver.Set();
            _watch?.Dispose();
            _group.Dispose();
            _lost.Dispose();
        }
    }

    private byte[][] Gather(ReadOnlySpan<byte> bytes)
    {
        using var scope = new TensorScope();
        var length = bytes.Length;
        var own = Tensor.FromBytes(bytes, DType.UInt8, length).To(_device, DType.UInt8);
        var all = new byte[Count * length];
        Guarded(group => group.Gather(own)).CopyTo(all);
        return [.. all.Chunk(length)];
    }

    private void Guarded(Action<ProcessGroup> operation) => Guarded(group =>
    {
        operation(group);
        return true;
    });

    private T Guarded<T>(Func<ProcessGroup, T> operation)
    {
        ThrowIfLost();
        try
        {
            return operation(_group!);
        }
        catch (TorchException error) when (_watch?.WaitForLoss(s_diagnosis) is { } loss)
        {
            throw new RankLostException(loss, error);
        }
    }

    private void OnLoss(RankLoss loss)
    {
        try
        {
            _group!.Abort();
            _lost.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // This rank ended at the same moment.
        }

        if (_quit is not null && !_isOver.Wait(TimeSpan.FromSeconds(5)))
        {
            _quit(loss.Describe());
        }
    }
}
