using System.Numerics;

namespace Thaw.Learning.Jinja.Values;

internal sealed class NoneValue : Value
{
    public static readonly NoneValue Instance = new();

    private NoneValue()
    {
    }

    public override string TypeName => "NoneType";

    public override bool IsTrue => false;
}

internal sealed class BoolValue : Value
{
    public static readonly BoolValue True = new();
    public static readonly BoolValue False = new();

    private BoolValue()
    {
    }

    public override string TypeName => "bool";

    public override bool IsTrue => ReferenceEquals(this, True);

    public static BoolValue Of(bool value) => value ? True : False;
}

/// <summary>A whole number. It has no bounds of its own; <see cref="Python.Numbers"/> bounds what may be computed.</summary>
internal sealed class IntegerValue(BigInteger number) : Value
{
    public BigInteger Number => number;

    public override string TypeName => "int";

    public override bool IsTrue => !number.IsZero;
}

internal sealed class FloatValue(double number) : Value
{
    public double Number => number;

    public override string TypeName => "float";

    public override bool IsTrue => number != 0;
}
