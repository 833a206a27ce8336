namespace Thaw.Core.Storage;

/// <summary>Files and folders that appear whole or not at all: written under a temporary name, synced, renamed.</summary>
public static class AtomicFile
{
    /// <summary>Replaces <paramref name="path"/> by what <paramref name="write"/> writes; on any exception the old file stays.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var temporary = $"{full}.{Environment.ProcessId}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

    /// <summary>Makes the folder <paramref name="path"/> from what <paramref name="fill"/> puts into a temporary one beside it.</summary>
    /// <remarks>Files that <paramref name="fill"/> writes by <see cref="Write"/> are synced before the folder gets its name. An existing folder is replaced.</remarks>
    public static void WriteFolder(string path, Action<string> fill)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var temporary = $"{full}.{Environment.ProcessId}.tmp";
        try
        {
            DeleteIfThere(temporary);
            Directory.CreateDirectory(temporary);
            fill(temporary);
            DeleteIfThere(full);
            Directory.Move(temporary, full);
        }
        finally
        {
            DeleteIfThere(temporary);
        }
    }

    private static void DeleteIfThere(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
