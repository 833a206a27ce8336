using System.Text.RegularExpressions;

namespace Thaw.Cli.Doctor;

/// <summary>The libtorch that the bridge is built against.</summary>
/// <param name="Folder">Null where none was found.</param>
/// <param name="Version">As its header or build-version says it; null where neither does.</param>
internal sealed partial record LibtorchFacts(string? Folder, string? Version)
{
    /// <param name="libtorch">The value of LIBTORCH: a libtorch folder, or the torch folder of an installed PyTorch; null for Debian's.</param>
    public static LibtorchFacts Find(string? libtorch)
    {
        string[] headers = libtorch is null
            ? ["/usr/include/torch/csrc/api/include/torch/version.h"]
            : [Path.Combine(libtorch, "include/torch/csrc/api/include/torch/version.h"), Path.Combine(libtorch, "include/torch/version.h")];
        var header = headers.FirstOrDefault(File.Exists);
        return header is null
            ? new LibtorchFacts(null, null)
            : new LibtorchFacts(libtorch ?? "/usr", VersionIn(File.ReadAllText(header)) ?? BuildVersion(libtorch));
    }

    public static string? VersionIn(string header) => VersionPattern().Match(header) is { Success: true } match ? match.Groups[1].Value : null;

    private static string? BuildVersion(string? libtorch)
    {
        var file = Path.Combine(libtorch ?? "/usr", "build-version");
        return File.Exists(file) ? File.ReadAllText(file).Trim() : null;
    }

    [GeneratedRegex("""#define\s+TORCH_VERSION\s+\\?\s*"([^"]+)""")]
    private static partial Regex VersionPattern();
}
