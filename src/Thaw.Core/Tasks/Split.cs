namespace Thaw.Core.Tasks;

/// <summary>Where instances come from, and which binding is stated and which is scored. Fake is the row where the two differ.</summary>
/// <param name="Name">As on the command line: <c>held-out</c>.</param>
/// <param name="InstanceFamily">Splits of one family are played on the same instances.</param>
public record Split(string Name, SplitKind Kind, string InstanceFamily);

public enum SplitKind
{
    Id,
    Instruction,
    Difficulty,
    Fake,
    Control,
}
