namespace Thaw.Learning.Sft.Linting;

/// <summary>How many rows have a fault, and the first of them.</summary>
internal sealed class RowCount
{
    public long Rows { get; private set; }

    public string First { get; private set; } = "";

    public void Add(string place)
    {
        First = Rows++ == 0 ? place : First;
    }
}
