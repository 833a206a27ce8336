namespace Thaw.Cli.Output;

/// <summary>Makes sure, before hours of work, that their result can be written.</summary>
internal static class OutputFolder
{
    /// <summary>Creates <paramref name="path"/> where needed and writes a file in it to see that one can.</summary>
    /// <returns>The full path.</returns>
    /// <exception cref="IOException">It cannot be created or written; the message names the folder.</exception>
    public static string Prepare(string path)
    {
        var full = Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(full);
            var probe = Path.Combine(full, $".writable.{Environment.ProcessId}");
            File.WriteAllText(probe, "1");
            File.Delete(probe);
            return full;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{full}: cannot be used as output folder: {error.Message}", error);
        }
    }
}
