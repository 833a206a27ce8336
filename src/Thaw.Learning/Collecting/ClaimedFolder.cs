using Thaw.Core.Storage;

namespace Thaw.Learning.Collecting;

/// <summary>A folder that is tied to the settings and the model that its work was begun with.</summary>
internal static class ClaimedFolder
{
    /// <summary>Claims a new folder, or makes sure that an old one is of the same work, so that its results may be reused.</summary>
    /// <param name="path">The file that says whose folder it is.</param>
    /// <param name="identity">Its text: all that decides the results.</param>
    /// <param name="kind">What the work is called: <c>study</c>.</param>
    /// <exception cref="InvalidDataException">The folder was begun with other settings or another model.</exception>
    public static void Claim(string path, string identity, string kind)
    {
        if (!File.Exists(path))
        {
            AtomicFile.WriteText(path, identity);
            return;
        }

        var (old, now) = (File.ReadAllText(path).Split('\n'), identity.Split('\n'));
        var line = Enumerable.Range(0, Math.Max(old.Length, now.Length)).FirstOrDefault(i => old.ElementAtOrDefault(i) != now.ElementAtOrDefault(i), -1);
        if (line >= 0)
        {
            // What one list has more than the other shows in the comma of the line before.
            var (begun, asked) = (Shown(old, line), Shown(now, line));
            var difference = begun == asked ? $"the list that line {line + 1} belongs to has other entries" : $"line {line + 1} says {begun}, now it is {asked}";
            throw new InvalidDataException($"{path}: this folder holds a {kind} with other settings: {difference}. Choose another folder, or delete this one.");
        }
    }

    private static string Shown(string[] lines, int index) => lines.ElementAtOrDefault(index)?.Trim().TrimEnd(',') is { Length: > 0 } text ? text : "nothing";
}
