using Thaw.Learning.Checkpoints;

namespace Thaw.Learning.Tests.Checkpoints;

public sealed class BoundedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    public void Read_FileWithinTheBound_IsWhole(int length)
    {
        File.WriteAllBytes(_folder["file"], new byte[length]);
        Assert.Equal(length, BoundedFile.Read(_folder["file"], 8).Length);
    }

    [Fact]
    public void Read_LargerFile_IsRefusedByName()
    {
        File.WriteAllBytes(_folder["file"], new byte[9]);
        var error = Assert.Throws<InvalidDataException>(() => BoundedFile.Read(_folder["file"], 8));
        Assert.Equal($"{_folder["file"]}: more than the 8 bytes that it may have.", error.Message);
    }

    [Fact]
    public void Read_DeviceWithoutEnd_IsRefused() => Assert.Throws<InvalidDataException>(() => BoundedFile.Read("/dev/zero", 8));
}
