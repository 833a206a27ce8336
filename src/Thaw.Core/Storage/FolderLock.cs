namespace Thaw.Core.Storage;

/// <summary>Keeps a folder for one writer: a second run in it would mix its files with those of the first.</summary>
/// <remarks>Given back by the system when the process ends, however it ends.</remarks>
public sealed class FolderLock : IDisposable
{
    private const string Name = ".lock";

    private readonly FileStream _file;

    private FolderLock(FileStream file) => _file = file;

    /// <exception cref="IOException">Another process, or this one, writes there.</exception>
    public static FolderLock Take(string folder)
    {
        var path = Path.Combine(folder, Name);
        try
        {
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose));
        }
        catch (IOException error) when (File.Exists(path))
        {
            throw new IOException($"{folder}: another run is writing there. Wait for its end, or choose another folder.", error);
        }
    }

    public void Dispose() => _file.Dispose();
}
