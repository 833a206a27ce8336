namespace Thaw.Core.Tests.Reports;

/// <summary>Finds the browser that the machine already has; tests download none.</summary>
internal static class Chromium
{
    private static readonly string[] s_names = ["chromium", "chromium-browser", "google-chrome"];

    /// <param name="named">The variable CHROMIUM, if it is set: a path.</param>
    /// <param name="searchPath">The variable PATH.</param>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static string Find(string? named, string? searchPath)
    {
        IEnumerable<string> candidates = string.IsNullOrEmpty(named)
            ? from name in s_names
              from folder in (searchPath ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
              select Path.Combine(folder, name)
            : [named];
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new FileNotFoundException("The report tests need Chromium: install it (apt-get install chromium) or set CHROMIUM to its path.");
    }
}
