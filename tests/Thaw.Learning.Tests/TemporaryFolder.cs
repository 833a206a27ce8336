namespace Thaw.Learning.Tests;

/// <summary>A folder that is gone after the test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("thaw-learning-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>The content of every file below <paramref name="folder"/>, by its path within it.</summary>
    public static SortedDictionary<string, byte[]> ContentOf(string folder) => new(
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(file => System.IO.Path.GetRelativePath(folder, file), File.ReadAllBytes),
        StringComparer.Ordinal);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
