using System.Runtime.CompilerServices;

namespace Thaw.Learning.Tests.Models;

/// <summary>Where the models with reference numbers lie.</summary>
internal static class GoldenModels
{
    public static string Folder(string name) => Path.Combine(Root(), name);

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "golden", "models"));
}
