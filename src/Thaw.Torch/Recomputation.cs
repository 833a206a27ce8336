using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Thaw.Torch.Interop;
using static Thaw.Torch.TorchException;

namespace Thaw.Torch;

/// <summary>A part of a computation whose inner values are not kept for backward, which computes them again (arXiv:1604.06174).</summary>
public static unsafe class Recomputation
{
    /// <summary>What <paramref name="compute"/> makes of the inputs; parameters that it uses get their gradients as usual.</summary>
    /// <param name="compute">
    /// Inputs, then constants, to outputs. It is called twice, the second time within <see cref="Tensor.Backward"/> and perhaps on
    /// another thread, and must give the same; what it makes, the caller's scope owns.
    /// </param>
    /// <param name="inputs">Through which gradients flow on.</param>
    /// <param name="constants">Others that it needs: they may be disposed before backward.</param>
    public static Tensor[] Run(Func<Tensor[], Tensor[]> compute, Tensor[] inputs, Tensor[] constants)
    {
        using var scope = new TensorScope();
        var part = new Part(compute, [.. inputs.Concat(constants).Select(tensor => TensorScope.Release(tensor.Detach()))], inputs.Length);
        Tensor[] outputs;
        try
        {
            using var noGrad = new NoGradScope();
            outputs = compute(part.Arguments);
        }
        catch
        {
            part.Dispose();
            throw;
        }

        // From here the node owns the part.
        var handle = GCHandle.ToIntPtr(GCHandle.Alloc(part));
        var (from, to) = (Pointers(inputs), Pointers(outputs));
        fixed (nint* into = from, outOf = to)
        {
            ThrowIfFailed(NativeMethods.thaw_recompute(into, from.Length, outOf, to.Length, &Backward, &Release, handle));
        }

        GC.KeepAlive(inputs);
        foreach (var output in outputs)
        {
            scope.Keep(output);
        }

        return outputs;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Backward(nint state, nint* gradients, int outputs, nint* results, int inputs, byte* problem, int capacity)
    {
        try
        {
            using var scope = new TensorScope();
            var part = (Part)GCHandle.FromIntPtr(state).Target!;
            var given = new Tensor?[outputs];
            for (var i = 0; i < outputs; i++)
            {
                given[i] = gradients[i] == 0 ? null : new Tensor(new TensorHandle(gradients[i]));
            }

            part.Backward(given);
            for (var i = 0; i < inputs; i++)
            {
                results[i] = part.Gradients[i]?.Handle.Pointer ?? 0;
            }

            return 0;
        }
        catch (Exception error)
        {
            // An exception must not cross into native code; there it becomes libtorch's, and then a TorchException.
            var text = new Span<byte>(problem, capacity - 1);
            Encoding.UTF8.TryGetBytes(error.Message.AsSpan(0, Math.Min(error.Message.Length, text.Length / 4)), text, out _);
            return 1;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Release(nint state)
    {
        var handle = GCHandle.FromIntPtr(state);
        ((Part)handle.Target!).Dispose();
        handle.Free();
    }

    private static nint[] Pointers(IEnumerable<Tensor> tensors) => [.. tensors.Select(tensor => tensor.Handle.Pointer)];

    private sealed class Part(Func<Tensor[], Tensor[]> compute, Tensor[] arguments, int inputs) : IDisposable
    {
        public Tensor[] Arguments => arguments;

        public Tensor?[] Gradients { get; private set; } = [];

        public void Backward(Tensor?[] gradients)
        {
            using var record = new GradScope();
            foreach (var input in arguments.AsSpan(0, inputs))
            {
                input.RequireGrad();
            }

            var outputs = compute(arguments);
            var counted = outputs.Zip(gradients).Where(pair => pair.Second is not null).ToList();
            var (roots, given) = (Pointers(counted.Select(pair => pair.First)), Pointers(counted.Select(pair => pair.Second!)));
            fixed (nint* from = roots, with = given)
            {
                ThrowIfFailed(NativeMethods.thaw_backward_all(from, with, roots.Length));
            }

            GC.KeepAlive(counted);
            Gradients = [.. arguments.Take(inputs).Select(input => input.GradientOrNull() is { } gradient ? TensorScope.Release(gradient) : null)];
        }

        public void Dispose()
        {
            foreach (var tensor in arguments.Concat(Gradients))
            {
                tensor?.Dispose();
            }
        }
    }
}
