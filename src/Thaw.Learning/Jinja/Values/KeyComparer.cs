using System.Numerics;

namespace Thaw.Learning.Jinja.Values;

/// <summary>Equality of the keys of a dict: <c>1</c>, <c>1.0</c> and <c>true</c> are one key.</summary>
internal sealed class KeyComparer : IEqualityComparer<Value>
{
    public static readonly KeyComparer Instance = new();

    public static bool CanBeKey(Value value) => value is NoneValue or BoolValue or IntegerValue or FloatValue or StringValue;

    public bool Equals(Value? x, Value? y) => Form(x).Equals(Form(y));

    public int GetHashCode(Value key) => Form(key).GetHashCode();

    private static object Form(Value? key) => key switch
    {
        StringValue text => text.Text,
        BoolValue truth => truth.IsTrue ? BigInteger.One : BigInteger.Zero,
        IntegerValue integer => integer.Number,
        FloatValue number => double.IsInteger(number.Number) ? new BigInteger(number.Number) : number.Number,
        _ => NoneValue.Instance,
    };
}
