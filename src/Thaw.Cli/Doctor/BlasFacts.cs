namespace Thaw.Cli.Doctor;

/// <summary>The library that multiplies matrices for Debian's libtorch.</summary>
/// <param name="Path">Null where none was found.</param>
/// <param name="Variant"><c>OpenBLAS (OpenMP)</c>, <c>OpenBLAS (pthread)</c>, <c>OpenBLAS (serial)</c>, <c>MKL</c>, <c>reference</c> or <c>none</c>.</param>
internal sealed record BlasFacts(string? Path, string Variant)
{
    /// <summary>Whether it multiplies with vector instructions and several threads.</summary>
    public bool IsFast => Variant is "OpenBLAS (OpenMP)" or "OpenBLAS (pthread)" or "MKL";

    /// <summary>What the loader would take: the folders of LD_LIBRARY_PATH first, then the system's choice.</summary>
    /// <param name="libtorch">The folder of a libtorch of one's own, which brings its own MKL; null for Debian's.</param>
    public static BlasFacts Find(string? libtorch, string? libraryPath)
    {
        if (libtorch is not null)
        {
            return new BlasFacts(System.IO.Path.Combine(libtorch, "lib"), "MKL");
        }

        var system = Directory.Exists("/usr/lib") ? Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu") : [];
        var found = (libraryPath ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Concat(system)
            .Select(folder => System.IO.Path.Combine(folder, "libblas.so.3"))
            .FirstOrDefault(File.Exists);
        return found is null ? new BlasFacts(null, "none") : Classify(Resolve(found));
    }

    /// <summary>The one that this process has loaded; null while libtorch is not loaded.</summary>
    public static BlasFacts? LoadedOrNull()
    {
        const string Maps = "/proc/self/maps";
        return File.Exists(Maps)
            ? File.ReadLines(Maps)
                .Select(line => line.IndexOf('/', StringComparison.Ordinal) is >= 0 and var at ? line[at..] : "")
                .Where(path => System.IO.Path.GetFileName(path) is var name
                    && (name.StartsWith("libblas", StringComparison.Ordinal) || name.StartsWith("libopenblas", StringComparison.Ordinal) || name.StartsWith("libmkl_core", StringComparison.Ordinal)))
                .Select(Classify)
                .FirstOrDefault()
            : null;
    }

    /// <param name="path">After all links: <c>/usr/lib/.../openblas-openmp/libblas.so.3</c>.</param>
    public static BlasFacts Classify(string path) => new(path, path switch
    {
        _ when path.Contains("openblas-openmp", StringComparison.Ordinal) => "OpenBLAS (OpenMP)",
        _ when path.Contains("openblas-pthread", StringComparison.Ordinal) => "OpenBLAS (pthread)",
        _ when path.Contains("openblas", StringComparison.Ordinal) => "OpenBLAS (serial)",
        _ when path.Contains("mkl", StringComparison.Ordinal) => "MKL",
        _ => "reference",
    });

    // Debian's alternatives are a chain of links through /etc.
    private static string Resolve(string path) => new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;
}
