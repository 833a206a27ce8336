namespace Thaw.Learning.Checkpoints;

/// <summary>One tensor of a safetensors file: what it is, not its numbers.</summary>
/// <remarks>Numbers are row-major and little-endian. A shape without axes is a single number.</remarks>
public sealed record SafetensorsEntry(string Name, SafetensorsType Type, IReadOnlyList<long> Shape)
{
    /// <summary>Axes multiplied; 0 where one of them is 0.</summary>
    /// <exception cref="OverflowException">The shape has more elements than a 64-bit number counts.</exception>
    public long ElementCount => Shape.Contains(0) ? 0 : Shape.Aggregate(1L, (product, axis) => checked(product * axis));

    public long ByteCount => checked(ElementCount * Type.ByteSize());

    /// <summary>The shape as it is written in messages: <c>[64, 128]</c>.</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";

    public bool Equals(SafetensorsEntry? other) =>
        other is not null && Name == other.Name && Type == other.Type && Shape.SequenceEqual(other.Shape);

    public override int GetHashCode() => HashCode.Combine(Name, Type, Shape.Count);
}
