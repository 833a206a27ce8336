namespace Thaw.Core.Tasks.Points;

/// <summary>The four operations of a formula.</summary>
public enum Operation
{
    Add,
    Subtract,
    Multiply,
    Divide,
}
