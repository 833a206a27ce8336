namespace Thaw.Cli;

/// <summary>The folder with <c>models/</c> and <c>studies/</c>: named by <c>THAW_ROOT</c>, which the launcher sets, or found above the program.</summary>
internal static class RepositoryRoot
{
    private const string Mark = "Thaw.slnx";

    /// <exception cref="DirectoryNotFoundException">Neither names it.</exception>
    public static string Find()
    {
        if (Environment.GetEnvironmentVariable("THAW_ROOT") is { Length: > 0 } named)
        {
            return named;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Mark)))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No folder with {Mark} above {AppContext.BaseDirectory}; name it in THAW_ROOT.");
    }
}
