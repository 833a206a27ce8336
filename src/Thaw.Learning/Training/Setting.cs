namespace Thaw.Learning.Training;

/// <summary>The one form in which a configuration is refused.</summary>
internal static class Setting
{
    /// <exception cref="ArgumentException"><paramref name="condition"/> does not hold.</exception>
    public static void Require(bool condition, string key, string cause)
    {
        if (!condition)
        {
            throw new ArgumentException($"Key '{key}' {cause}.");
        }
    }
}
