namespace Thaw.Learning.Jinja.Values;

/// <summary>What a name, key or index gives that leads nowhere: prints as nothing, has no items, and fails where more is asked of it.</summary>
/// <param name="cause">Why it is undefined: "'x' is undefined".</param>
internal sealed class UndefinedValue(string cause) : Value
{
    public string Cause => cause;

    public override string TypeName => "Undefined";

    public override bool IsTrue => false;

    public override int? Count => 0;

    public override IEnumerable<Value> Items => [];
}
