namespace Thaw.Learning.Jinja.Values;

/// <summary>A value of a template. Immutable, save for namespaces, loops and what is being iterated.</summary>
internal abstract class Value
{
    /// <summary>Python's name of the type, for messages that read like Python's.</summary>
    public abstract string TypeName { get; }

    /// <summary>Whether an <c>if</c> takes it for true.</summary>
    public virtual bool IsTrue => true;

    /// <summary>What <c>length</c> gives; null for what has none.</summary>
    public virtual int? Count => null;

    /// <summary>What a loop goes over; null for what cannot be looped over.</summary>
    public virtual IEnumerable<Value>? Items => null;
}
