using Thaw.Torch.Interop;
using static Thaw.Torch.TorchException;

namespace Thaw.Torch;

/// <summary>One operator of ATen, found by name in libtorch's dispatcher and called with tagged arguments.</summary>
public sealed unsafe class AtenOperator
{
    private readonly nint _op;

    private AtenOperator(nint op) => _op = op;

    /// <summary>The operator, or null where this libtorch has none of that name.</summary>
    /// <param name="name">Of ATen, or with a namespace: <c>thaw::swiglu</c> is the bridge's own.</param>
    public static AtenOperator? FindOrNull(string name, string overload = "")
    {
        ThrowIfFailed(NativeMethods.thaw_operator_find(Qualified(name), overload, out var op));
        return op == 0 ? null : new AtenOperator(op);
    }

    /// <exception cref="TorchException">This libtorch has no such operator.</exception>
    public static AtenOperator Find(string name, string overload = "") =>
        FindOrNull(name, overload) ?? throw new TorchException($"This libtorch has no operator {Qualified(name)}.{overload}.");

    /// <summary>Calls for the one tensor that comes back. Arguments that are left out at the end take the schema's defaults.</summary>
    /// <exception cref="TorchException">An argument does not fit the schema, or the operator failed.</exception>
    public Tensor Call(params ReadOnlySpan<Argument> arguments)
    {
        NativeValue result;
        Invoke(arguments, &result, 1, out _);
        return new Tensor(new TensorHandle(result.Pointer));
    }

    /// <summary>Calls for all <paramref name="count"/> tensors that come back; lists are flattened.</summary>
    public Tensor[] CallList(int count, params ReadOnlySpan<Argument> arguments)
    {
        var results = new NativeValue[count];
        fixed (NativeValue* pinned = results)
        {
            Invoke(arguments, pinned, count, out _);
        }

        return [.. results.Select(result => new Tensor(new TensorHandle(result.Pointer)))];
    }

    /// <summary>Calls for the effect alone; what comes back (in place: the tensor itself) is dropped on the native side.</summary>
    public void Run(params ReadOnlySpan<Argument> arguments) => Invoke(arguments, null, 0, out _);

    private void Invoke(ReadOnlySpan<Argument> arguments, NativeValue* results, int capacity, out int produced)
    {
        // Lists are copied into one buffer: short ones on the stack, the optimizer's long ones on the heap.
        var words = 0;
        foreach (ref readonly var argument in arguments)
        {
            words += (argument.Reference as Array)?.Length ?? 0;
        }

        var onHeap = words > 64 ? new long[words] : null;
        var onStack = stackalloc long[onHeap is null ? words + 1 : 1];
        fixed (long* pinned = onHeap)
        {
            var next = onHeap is null ? onStack : pinned;
            var values = stackalloc NativeValue[arguments.Length + 1];
            for (var i = 0; i < arguments.Length; i++)
            {
                Marshal(in arguments[i], ref values[i], ref next);
            }

            var status = NativeMethods.thaw_operator_call(_op, values, arguments.Length, results, capacity, out produced);

            // The pointers came out of the safe handles, so their owners must outlive the call.
            foreach (ref readonly var argument in arguments)
            {
                GC.KeepAlive(argument.Reference);
            }

            ThrowIfFailed(status);
        }
    }

    private static string Qualified(string name) => name.Contains("::", StringComparison.Ordinal) ? name : "aten::" + name;

    private static void Marshal(in Argument argument, ref NativeValue value, ref long* next)
    {
        value.Tag = argument.Tag;
        switch (argument.Tag)
        {
            case ValueTag.Tensor:
                value.Pointer = ((Tensor)argument.Reference!).Handle.Pointer;
                break;
            case ValueTag.Float:
                value.Real = argument.Real;
                break;
            case ValueTag.Ints:
                var integers = (long[])argument.Reference!;
                value.Count = integers.Length;
                value.Pointer = (nint)next;
                integers.CopyTo(new Span<long>(next, integers.Length));
                next += integers.Length;
                break;
            case ValueTag.Tensors:
                var tensors = (Tensor?[])argument.Reference!;
                value.Count = tensors.Length;
                value.Pointer = (nint)next;
                foreach (var tensor in tensors)
                {
                    *next++ = tensor?.Handle.Pointer ?? 0;
                }

                break;
            default:
                value.Integer = argument.Integer;
                break;
        }
    }
}
