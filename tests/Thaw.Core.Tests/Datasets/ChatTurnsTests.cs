using Thaw.Core.Datasets;

namespace Thaw.Core.Tests.Datasets;

public class ChatTurnsTests
{
    [Theory]
    [InlineData("<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n<think>", "</think> A", "Q", "<think></think> A")]
    [InlineData("<|im_start|>user\nQ<|im_end|>\n<|im_start|>assistant\n", "A", "Q", "A")]
    [InlineData("Q", "A", "Q", "A")]
    [InlineData("<|im_start|>user\nQ", "A", "<|im_start|>user\nQ", "A")]
    [InlineData("", "", "", "")]
    public void Of_Prompt_TakesTheMarkersOff(string prompt, string completion, string user, string assistant) =>
        Assert.Equal(new ChatTurns(user, assistant), ChatTurns.Of(prompt, completion));
}
