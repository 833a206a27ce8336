using System.Numerics;

namespace Thaw.Learning.Jinja.Values;

/// <summary>The numbers from <paramref name="start"/> on, <paramref name="step"/> apart.</summary>
/// <param name="stop">Not in the range.</param>
internal sealed class RangeValue(long start, long stop, long step, int count) : Value
{
    public long Start => start;

    public long Stop => stop;

    public long Step => step;

    public override string TypeName => "range";

    public override bool IsTrue => count > 0;

    public override int? Count => count;

    public override IEnumerable<Value> Items => Enumerable.Range(0, count).Select(At);

    /// <param name="index">From 0 to below the count.</param>
    public Value At(int index) => new IntegerValue(new BigInteger(start) + (new BigInteger(index) * step));
}
