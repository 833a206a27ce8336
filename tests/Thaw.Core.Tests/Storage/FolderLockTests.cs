using Thaw.Core.Storage;

namespace Thaw.Core.Tests.Storage;

public sealed class FolderLockTests
{
    [Fact]
    public void Take_OfAFolderInUse_IsRefusedUntilItIsGivenBack()
    {
        using var folder = new TemporaryFolder();
        using (FolderLock.Take(folder.Path))
        {
            var error = Assert.Throws<IOException>(() => FolderLock.Take(folder.Path));
            Assert.Equal($"{folder.Path}: another run is writing there. Wait for its end, or choose another folder.", error.Message);
        }

        FolderLock.Take(folder.Path).Dispose();
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    // A run that was killed leaves its file.
    [Fact]
    public void Take_WhereAFileWasLeft_Succeeds()
    {
        using var folder = new TemporaryFolder();
        folder.Write(".lock", "");

        FolderLock.Take(folder.Path).Dispose();
    }
}
