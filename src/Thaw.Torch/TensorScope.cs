namespace Thaw.Torch;

/// <summary>Disposes, when it ends, every <see cref="Tensor"/> created on this thread since it began.</summary>
/// <remarks>
/// A method that makes temporaries opens one scope and returns through <see cref="Keep(Tensor)"/>. Disposing a temporary before
/// <see cref="Tensor.Backward"/> is safe: libtorch's graph holds its own references. A ref struct, so the compiler refuses a scope
/// that would span an <c>await</c> or a <c>yield</c>.
/// </remarks>
public readonly ref struct TensorScope : IDisposable
{
    [ThreadStatic]
    private static Frame? s_innermost;

    private readonly Frame _frame;

    public TensorScope()
    {
        _frame = new Frame(s_innermost);
        s_innermost = _frame;
    }

    /// <summary>Hands <paramref name="tensor"/> to the enclosing scope; with none, to the caller.</summary>
    public Tensor Keep(Tensor tensor)
    {
        if (_frame.Tensors.Remove(tensor))
        {
            _frame.Outer?.Tensors.Add(tensor);
        }

        return tensor;
    }

    /// <summary>Takes <paramref name="tensor"/> out of every scope: it lives until the caller disposes it.</summary>
    public static Tensor Release(Tensor tensor)
    {
        for (var frame = s_innermost; frame is not null && !frame.Tensors.Remove(tensor); frame = frame.Outer)
        {
        }

        return tensor;
    }

    /// <exception cref="InvalidOperationException">An inner scope is still open.</exception>
    public void Dispose()
    {
        if (s_innermost != _frame)
        {
            throw new InvalidOperationException("An inner TensorScope is still open.");
        }

        s_innermost = _frame.Outer;
        foreach (var tensor in _frame.Tensors)
        {
            tensor.Dispose();
        }
    }

    internal static void Register(Tensor tensor) => s_innermost?.Tensors.Add(tensor);

    private sealed class Frame(Frame? outer)
    {
        public Frame? Outer { get; } = outer;

        public HashSet<Tensor> Tensors { get; } = new(ReferenceEqualityComparer.Instance);
    }
}
