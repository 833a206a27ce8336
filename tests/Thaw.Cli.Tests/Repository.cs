using System.Runtime.CompilerServices;

namespace Thaw.Cli.Tests;

/// <summary>Files of the repository that are tested where they lie.</summary>
internal static class Repository
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", ".."));

    private static string Here([CallerFilePath] string path = "") => path;
}
