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

    /// <exception cref="ArgumentException">A name is there twice.</exception>
    public static void RequireDistinct(IReadOnlyList<string> names, string key)
    {
        var twice = names.GroupBy(name => name).FirstOrDefault(same => same.Count() > 1)?.Key;
        Require(twice is null, key, $"names '{twice}' twice");
    }

    /// <summary>Checks a part of a configuration before hours of work, not when its turn comes.</summary>
    /// <param name="part">What the message begins with.</param>
    /// <exception cref="ArgumentException">As <paramref name="validate"/> has it.</exception>
    public static void ValidatePart(string part, Action validate)
    {
        try
        {
            validate();
        }
        catch (ArgumentException error)
        {
            throw new ArgumentException($"{part}: {error.Message}", error);
        }
    }
}
