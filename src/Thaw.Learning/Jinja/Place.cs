namespace Thaw.Learning.Jinja;

/// <summary>Where something stands in a template; both count from 1.</summary>
internal readonly record struct Place(int Line, int Column)
{
    public static readonly Place Start = new(1, 1);
}
