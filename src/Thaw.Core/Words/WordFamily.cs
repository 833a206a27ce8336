namespace Thaw.Core.Words;

/// <summary>Words of one kind: a part to train on, and members that training never sees.</summary>
/// <param name="IsHeldOut">Training sees no member of the family at all; all of them are then in <paramref name="HeldOut"/>.</param>
public sealed record WordFamily(string Name, bool IsHeldOut, IReadOnlyList<string> Training, IReadOnlyList<string> HeldOut);
