using Thaw.Core.Randomness;
using Thaw.Learning.Generation;
using Thaw.Learning.Tokenization;

namespace Thaw.Learning.Tests.Generation;

public sealed class CompletionTextTests
{
    private static readonly BytePairTokenizer s_tokenizer = TinyModels.SokobanTokenizer;

    [Theory]
    [InlineData("one STOP two", "STOP", "one ")]
    [InlineData("STOP two", "STOP", "")]
    [InlineData("one STO", "STOP", "one STO")]
    [InlineData("one STOSTOP", "STOP", "one STO")]
    [InlineData("aaab and more", "aab", "a")]
    [InlineData("the second, then the first", "first|second", "the ")]
    [InlineData("long stop, short", "stop, short|stop", "long ")]
    [InlineData("a ⬆️ b", "⬆️", "a ")]
    public void Append_ByteByByte_EndsBeforeTheFirstStopString(string text, string stops, string expected)
    {
        var (completion, isStopped) = Write(BytesOf(text), stops.Split('|'));

        Assert.Equal(expected, completion.Value);
        Assert.Equal(expected != text, isStopped);
        Assert.Equal(expected.Length, completion.SettledLength);
    }

    [Fact]
    public void SettledLength_AtEveryToken_IsNeverTakenBack()
    {
        var random = SplitMix64.For(1, "settled");
        for (var trial = 0; trial < 200; trial++)
        {
            var text = string.Concat(Enumerable.Range(0, 30).Select(_ => "aba⬆b"[random.NextInt(5)]));
            string[] stops = ["abab", "b⬆a", "bb"];
            var completion = new CompletionText(s_tokenizer, stops);
            var settled = "";
            foreach (var id in BytesOf(text))
            {
                var isStopped = completion.Append(id);
                Assert.StartsWith(settled, completion.Value, StringComparison.Ordinal);
                settled = completion.Value[..completion.SettledLength];
                if (isStopped)
                {
                    break;
                }
            }

            var first = stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(place => place >= 0).DefaultIfEmpty(text.Length).Min();
            completion.Finish();
            Assert.StartsWith(text[..Math.Min(first, completion.Value.Length)], completion.Value, StringComparison.Ordinal);
            Assert.DoesNotContain(stops, stop => completion.Value.Contains(stop, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Finish_InsideACharacter_SaysSo()
    {
        var completion = new CompletionText(s_tokenizer, []);
        foreach (var id in BytesOf("a⬆")[..^1])
        {
            completion.Append(id);
        }

        Assert.Equal("a", completion.Value);
        completion.Finish();
        Assert.Equal("a\uFFFD", completion.Value);
    }

    private static (CompletionText Text, bool IsStopped) Write(int[] ids, string[] stops)
    {
        var text = new CompletionText(s_tokenizer, stops);
        var isStopped = ids.Any(text.Append);
        if (!isStopped)
        {
            text.Finish();
        }

        return (text, isStopped);
    }

    // One token a byte, so that every border is one of tokens.
    private static int[] BytesOf(string text)
    {
        var ids = Enumerable.Range(0, s_tokenizer.VocabularySize).Where(id => s_tokenizer.TokenBytes(id).Length == 1).ToLookup(id => s_tokenizer.TokenBytes(id)[0]);
        return [.. System.Text.Encoding.UTF8.GetBytes(text).Select(b => ids[b].First())];
    }
}
