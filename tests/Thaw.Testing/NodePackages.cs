using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Thaw.Testing;

/// <summary>The npm packages of <c>tests/node</c>, which tests compare with: installed on first use, at the versions of the lock file.</summary>
public static class NodePackages
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);

    private static readonly Lazy<string> s_folder = new(Install);

    /// <summary>The folder with <c>node_modules</c> and the scripts.</summary>
    /// <exception cref="InvalidOperationException">They cannot be installed; the message says why.</exception>
    public static string Folder => s_folder.Value;

    /// <returns>The folder of a package.</returns>
    public static string Package(string name) => Path.Combine(Folder, "node_modules", name);

    /// <summary>Runs a script of the folder.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has what it wrote to stderr.</exception>
    public static string Run(string script, params IEnumerable<string> arguments) => Run(Folder, "node", [Path.Combine(Folder, script), .. arguments]);

    private static string Install()
    {
        var folder = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "node"));
        var (wanted, installed) = (Path.Combine(folder, "package-lock.json"), Path.Combine(folder, "node_modules", ".installed"));

        // Test projects may run side by side.
        using var alone = WaitForLock(Path.Combine(folder, ".lock"));
        if (!File.Exists(installed) || File.ReadAllText(installed) != File.ReadAllText(wanted))
        {
            Run(folder, "npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
            File.Copy(wanted, installed, overwrite: true);
        }

        return folder;
    }

    private static FileStream WaitForLock(string path)
    {
        for (var waited = Stopwatch.StartNew(); ; Thread.Sleep(100))
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (waited.Elapsed < s_limit)
            {
                // Another process installs.
            }
        }
    }

    private static string Run(string folder, string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(s_limit))
            {
                process.Kill(entireProcessTree: true);
                throw new InvalidOperationException($"{program} took longer than {s_limit.TotalMinutes} minutes.");
            }

            return process.ExitCode == 0
                ? output.Result
                : throw new InvalidOperationException($"This needs Node.js and the npm packages of tests/node: {program} ended with {process.ExitCode}: {errors.Result.Trim()}");
        }
        catch (Win32Exception error)
        {
            throw new InvalidOperationException($"This needs Node.js and npm (Debian: nodejs, npm): {program} cannot be started: {error.Message}", error);
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
