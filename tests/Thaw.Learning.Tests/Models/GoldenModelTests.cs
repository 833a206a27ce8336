using Thaw.Learning.Checkpoints;
using Thaw.Learning.Verification;

namespace Thaw.Learning.Tests.Models;

public sealed class GoldenModelTests
{
    [Theory]
    [InlineData("qwen3-micro")]
    [InlineData("qwen2-micro")]
    [InlineData("llama3-micro")]
    [InlineData("qwen3-tied-micro")]
    public void Compare_WithPlainPyTorch_StaysWithinTheBounds(string name)
    {
        using var model = DecoderFolder.Read(GoldenModels.Folder(name));

        var deviation = ModelVerifier.Compare(model, ReferenceNumbers.Read(Path.Combine(GoldenModels.Folder(name), "reference.json")));

        Assert.True(deviation.IsWithinBounds, deviation.ToString());
    }
}
