using Thaw.Core.Generation;
using Thaw.Learning.Generation;
using Thaw.Serving.Server;

namespace Thaw.Serving.Tests.Server;

/// <summary>Which tokens are told with which piece of a stream.</summary>
public sealed class TokenSpansTests(BaseModel model) : IClassFixture<BaseModel>
{
    [Fact]
    public void Within_TextThatWasHeldBackForAStopString_BringsItsTokensWhenItComes()
    {
        // With the stop string "bbc", of "bbb" only the first character is settled.
        var spans = new TokenSpans(model.Folder.Tokenizer);

        Assert.Equal([0], Offsets(spans, "b", "b", "b", "b"));
        Assert.Equal([1, 2, 3], Offsets(spans, "bba", "a"));
    }

    [Fact]
    public void Within_TokensOfAStopString_AreLeftOut()
    {
        var spans = new TokenSpans(model.Folder.Tokenizer);

        Assert.Equal([0], Offsets(spans, "a", "a", "b"));
        Assert.Equal([], Offsets(spans, "", "b", "c"));
    }

    [Fact]
    public void Within_TokensInsideACharacter_StandWhereItDoes()
    {
        // A character that the vocabulary spells by its bytes.
        var spans = new TokenSpans(model.Folder.Tokenizer);
        var count = model.Folder.Tokenizer.Encode("\U0001D11E").Length;

        Assert.True(count > 1);
        Assert.Equal([0, .. Enumerable.Repeat(1, count), 3], Offsets(spans, "a\U0001D11Eb", "a", "\U0001D11E", "b"));
    }

    private IEnumerable<int> Offsets(TokenSpans spans, string text, params string[] tokens) => spans
        .Within(new RowUpdate(0, text, [.. tokens.SelectMany(token => model.Folder.Tokenizer.Encode(token)).Select(id => new GeneratedToken(id, 0, []))], (FinishReason?)null, 0, 0))
        .Select(entry => entry.Offset);
}
