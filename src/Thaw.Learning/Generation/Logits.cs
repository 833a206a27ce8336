using System.Numerics;
using System.Runtime.InteropServices;

namespace Thaw.Learning.Generation;

/// <summary>Arithmetic on the logits of one place. Sums have a fixed order, so equal logits give equal results.</summary>
internal static class Logits
{
    public static bool AreFinite(ReadOnlySpan<float> logits)
    {
        // A number less itself is 0, and no number is NaN or infinity.
        var (lanes, i) = (Vector<float>.Zero, 0);
        for (; i <= logits.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var next = new Vector<float>(logits[i..]);
            lanes += next - next;
        }

        var rest = Vector.Sum(lanes);
        for (; i < logits.Length; i++)
        {
            rest += logits[i] - logits[i];
        }

        return rest == 0;
    }

    /// <summary>The id of the greatest logit, the lowest among equals. A NaN is never the greatest.</summary>
    public static int Greatest(ReadOnlySpan<float> logits)
    {
        var greatest = float.NegativeInfinity;
        var i = 0;
        if (logits.Length >= Vector<float>.Count)
        {
            var lanes = new Vector<float>(float.NegativeInfinity);
            for (; i <= logits.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var next = new Vector<float>(logits[i..]);
                lanes = Vector.ConditionalSelect(Vector.GreaterThan(next, lanes), next, lanes);
            }

            for (var lane = 0; lane < Vector<float>.Count; lane++)
            {
                greatest = Math.Max(greatest, lanes[lane]);
            }
        }

        for (; i < logits.Length; i++)
        {
            greatest = logits[i] > greatest ? logits[i] : greatest;
        }

        // Equal numbers have equal bits but for the two zeros.
        return greatest == 0 ? FirstZero(logits) : Math.Max(0, MemoryMarshal.Cast<float, int>(logits).IndexOf(BitConverter.SingleToInt32Bits(greatest)));
    }

    /// <summary><c>exp((logit - greatest) * scale)</c> for each logit.</summary>
    public static void Exponentials(ReadOnlySpan<float> logits, float greatest, double scale, Span<float> to)
    {
        var i = 0;
        var (factor, shift) = (new Vector<float>((float)scale), new Vector<float>(greatest));
        for (; i <= logits.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Exp((new Vector<float>(logits[i..]) - shift) * factor).CopyTo(to[i..]);
        }

        for (; i < logits.Length; i++)
        {
            to[i] = MathF.Exp((logits[i] - greatest) * (float)scale);
        }
    }

    public static double Sum(ReadOnlySpan<float> values)
    {
        var (low, high) = (Vector<double>.Zero, Vector<double>.Zero);
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            Vector.Widen(new Vector<float>(values[i..]), out var first, out var second);
            low += first;
            high += second;
        }

        var sum = Vector.Sum(low + high);
        for (; i < values.Length; i++)
        {
            sum += values[i];
        }

        return sum;
    }

    /// <summary>What is taken off a logit to make it a log-probability: <c>log Σ exp(logit)</c>.</summary>
    public static double LogSumOfExponentials(ReadOnlySpan<float> logits, Span<float> scratch)
    {
        var greatest = logits[Greatest(logits)];
        Exponentials(logits, greatest, 1.0, scratch);
        return greatest + Math.Log(Sum(scratch));
    }

    /// <summary>The ids of the <paramref name="count"/> greatest values, greatest first, the lower id among equals.</summary>
    public static int[] Top(ReadOnlySpan<float> values, int count)
    {
        // The least of those kept stands first; among equals it is the highest id.
        var heap = new PriorityQueue<int, (float Value, int NegativeId)>(count);
        for (var id = 0; id < values.Length; id++)
        {
            if (heap.Count < count)
            {
                heap.Enqueue(id, (values[id], -id));
            }
            else if (values[id] > values[heap.Peek()])
            {
                heap.DequeueEnqueue(id, (values[id], -id));
            }
        }

        var ids = new int[heap.Count];
        for (var place = ids.Length - 1; place >= 0; place--)
        {
            ids[place] = heap.Dequeue();
        }

        return ids;
    }

    /// <summary>The ids of all values of at least <paramref name="least"/>, greatest first, the lower id among equals.</summary>
    public static int[] AtLeast(ReadOnlySpan<float> values, float least)
    {
        var found = new List<(float Value, int Id)>();
        for (var id = 0; id < values.Length; id++)
        {
            if (values[id] >= least)
            {
                found.Add((values[id], id));
            }
        }

        found.Sort((a, b) => b.Value.CompareTo(a.Value) is not 0 and var order ? order : a.Id.CompareTo(b.Id));
        return [.. found.Select(entry => entry.Id)];
    }

    private static int FirstZero(ReadOnlySpan<float> logits)
    {
        var id = 0;
        while (logits[id] != 0)
        {
            id++;
        }

        return id;
    }
}
