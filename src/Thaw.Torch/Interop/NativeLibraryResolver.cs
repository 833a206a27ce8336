using System.Reflection;
using System.Runtime.InteropServices;

namespace Thaw.Torch.Interop;

/// <summary>Finds <c>libthaw_torch.so</c>: named by <c>THAW_NATIVE</c>, or beside the program, where the build copies it.</summary>
internal static class NativeLibraryResolver
{
    private const string FileName = "libthaw_torch.so";
    private static readonly Lock s_gate = new();
    private static bool s_installed;

    public static void Install()
    {
        lock (s_gate)
        {
            if (!s_installed)
            {
                NativeLibrary.SetDllImportResolver(typeof(NativeLibraryResolver).Assembly, Resolve);
                s_installed = true;
            }
        }
    }

    /// <summary>Where the bridge would be loaded from, or null where no candidate exists.</summary>
    public static string? FindOrNull() => Candidates().FirstOrDefault(File.Exists);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != NativeMethods.Library)
        {
            return 0;
        }

        var path = FindOrNull() ?? throw new DllNotFoundException(
            $"{FileName} was not found. Build it with ./thaw doctor, or name it in THAW_NATIVE. Looked at: {string.Join(", ", Candidates())}");
        return NativeLibrary.Load(path);
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("THAW_NATIVE") is { Length: > 0 } named)
        {
            yield return named;
            yield break;
        }

        yield return Path.Combine(AppContext.BaseDirectory, FileName);
    }
}
