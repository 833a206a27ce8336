using System.Reflection;

namespace Thaw.Core.Words;

/// <summary>The word lists of this folder: one word a line, and a line <c># name</c> opens a family.</summary>
internal static class WordList
{
    /// <param name="name">Below <c>Words/Lists</c>: <c>thaw/training</c>.</param>
    /// <returns>The families in the order of the file, each with its words in that order.</returns>
    public static IReadOnlyList<(string Family, IReadOnlyList<string> Words)> Read(string name)
    {
        var resource = $"Thaw.Core.Words.{name.Replace('/', '.')}.txt";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly has no resource {resource}.");
        using var reader = new StreamReader(stream);
        var families = new List<(string, IReadOnlyList<string>)>();
        var words = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("# ", StringComparison.Ordinal))
            {
                words = [];
                families.Add((line[2..], words));
            }
            else if (line.Length > 0)
            {
                words.Add(line.Trim());
            }
        }

        return families;
    }
}
