using System.Text;
using Thaw.Core.Demonstrations;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Benchmarks.Tokens;

/// <summary>Texts to cut into tokens.</summary>
/// <param name="IsWarm">What counts is the rate once the texts have been seen; else that of the first time.</param>
internal sealed record TokenWork(string Name, bool IsWarm, IReadOnlyList<string> Documents)
{
    public double Megabytes { get; } = Documents.Sum(text => Encoding.UTF8.GetByteCount(text)) / 1e6;

    /// <summary>The Markdown and the sources of the repository, each file once.</summary>
    public static TokenWork Repository(string root)
    {
        string[] folders = ["docs", "src", "tests", "benchmarks", "models"];
        var files = folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.*", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(root, "*.md"))
            .Where(file => Path.GetExtension(file) is ".md" or ".cs")
            .Where(file => !file.Split('/').Any(part => part is "obj" or "bin" or "node_modules"))
            .Order(StringComparer.Ordinal);
        return new TokenWork("documents and sources of this repository, first time", false, [.. files.Select(File.ReadAllText)]);
    }

    /// <summary>Words of a Zipf distribution, many of them rare, in sentences.</summary>
    public static TokenWork English(IReadOnlyList<string> words)
    {
        var random = SplitMix64.For(1, "english");
        var documents = new List<string>();
        for (var document = 0; document < 250; document++)
        {
            var text = new StringBuilder();
            while (text.Length < 4000)
            {
                // The r-th most frequent word comes about 1/r as often as the first.
                var rank = (int)Math.Pow(words.Count, random.NextDouble()) - 1;
                text.Append(words[rank]).Append(random.Pick([" ", " ", " ", " ", " ", ", ", ". ", ".\n"]));
            }

            documents.Add(text.ToString());
        }

        return new TokenWork("English words by Zipf's law, first time", false, documents);
    }

    /// <summary>Prompts of Sokoban, each with a room and words of its own, as fine-tuning and evaluation have them.</summary>
    public static TokenWork Prompts() => new(
        "Sokoban prompts, seen before", true, [.. new SokobanTask().Demonstrate(new DemonstrationPlan(Diversity.Diverse, 1)).Take(400).Select(row => row.Prompt)]);
}
