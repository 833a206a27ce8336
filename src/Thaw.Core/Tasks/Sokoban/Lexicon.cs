using System.Reflection;

namespace Thaw.Core.Tasks.Sokoban;

/// <summary>Common lower-case English words that stand in for directions: a part to train on, and a part that training never sees.</summary>
/// <remarks>
/// The words lie in <c>Words/training.txt</c> and <c>Words/held-out.txt</c>, one a line; a line that starts with # names a family.
/// About a quarter of every family is held out. No word names a direction or occurs twice.
/// </remarks>
public sealed class Lexicon
{
    private Lexicon(IReadOnlyList<string> training, IReadOnlyList<string> heldOut)
    {
        (Training, HeldOut) = (training, heldOut);
    }

    public static Lexicon Default { get; } = new(ReadResource("training.txt"), ReadResource("held-out.txt"));

    public IReadOnlyList<string> Training { get; }

    public IReadOnlyList<string> HeldOut { get; }

    private static List<string> ReadResource(string name)
    {
        var resource = $"Thaw.Core.Tasks.Sokoban.Words.{name}";
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"The assembly has no resource {resource}.");
        using var reader = new StreamReader(stream);
        var words = new List<string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && line[0] != '#')
            {
                words.Add(line.Trim());
            }
        }

        return words;
    }
}
