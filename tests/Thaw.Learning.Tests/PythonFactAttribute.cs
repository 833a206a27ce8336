using System.Diagnostics;

namespace Thaw.Learning.Tests;

/// <summary>A test against a program in plain Python; skipped, and counted so, where there is no <c>python3</c>.</summary>
internal sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute() => Skip = Python.Path is null ? "there is no python3" : null;
}

/// <summary>A test against plain PyTorch, which takes seconds: runs where <c>THAW_PYTORCH</c> names a Python that has it.</summary>
internal sealed class PyTorchTheoryAttribute : TheoryAttribute
{
    public PyTorchTheoryAttribute() => Skip = Python.WithTorch is null ? "THAW_PYTORCH names no Python with PyTorch, such as /usr/bin/python3" : null;
}

internal static class Python
{
    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => System.IO.Path.Combine(folder, "python3")).FirstOrDefault(File.Exists);

    public static string? WithTorch => Environment.GetEnvironmentVariable("THAW_PYTORCH") is { Length: > 0 } named ? named : null;

    /// <returns>The lines of stdout.</returns>
    public static string[] Run(string python, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
