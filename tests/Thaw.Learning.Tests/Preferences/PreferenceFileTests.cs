using Thaw.Learning.Preferences;

namespace Thaw.Learning.Tests.Preferences;

public sealed class PreferenceFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FileName => _folder["pairs.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_PairsAsTextOrAsMessages_AreThosePairs()
    {
        Write(
            """{"prompt":"a","chosen":"b","rejected":"c"}""",
            """{"prompt":"d","chosen":[{"role":"assistant","content":"e"}],"rejected":[{"role":"assistant","content":"f"}],"score_chosen":1}""");

        Assert.Equal([new PreferencePair("a", "b", "c"), new PreferencePair("d", "e", "f")], Read());
    }

    [Fact]
    public void Read_Samples_PairsWhatIsRightWithWhatIsWrong()
    {
        Write(
            Sample(0, "a", "bad", correct: false),
            Sample(0, "a", "good", correct: true),
            Sample(1, "b", "bad", correct: false),
            Sample(2, "c", "good", correct: true),
            Sample(2, "c", "cut", correct: false, finish: "length"),
            Sample(3, "d", "wrong", correct: false),
            Sample(3, "d", "wrong", correct: false),
            Sample(3, "d", "worse", correct: false),
            Sample(3, "d", "best", correct: true));

        // Prompt 1 has nothing right, prompt 2 only a sample without an end that is wrong.
        Assert.Equal([new PreferencePair("a", "good", "bad"), new PreferencePair("d", "best", "wrong")], Read());
        Assert.Equal([new PreferencePair("a", "good", "bad"), new PreferencePair("d", "best", "wrong"), new PreferencePair("d", "best", "worse")], Read(pairs: 5));
    }

    [Theory]
    [InlineData("""{"prompt":"a","completion":"b"}""", "expected the keys prompt, chosen and rejected, or a line of the samples of thaw collect.")]
    [InlineData("""{"prompt":"a","chosen":"b","rejected":"b"}""", "chosen and rejected are the same text, so nothing is preferred.")]
    [InlineData("""{"prompt":"a","chosen":"b"}""", "expected a text as rejected, or a list of messages.")]
    [InlineData("""{"chosen":"b","rejected":"c"}""", "expected a text as prompt, or a list of messages.")]
    public void Read_AMalformedLine_IsNamed(string line, string cause)
    {
        Write("""{"prompt":"a","chosen":"b","rejected":"c"}""", line);

        Assert.Equal($"{FileName}: line 2: {cause}", Assert.Throws<InvalidDataException>(() => Read()).Message);
    }

    private static string Sample(int id, string prompt, string completion, bool correct, string finish = "stop") =>
        $$"""{"prompt_id":{{id}},"prompt":"{{prompt}}","completion":"{{completion}}","correct":{{(correct ? "true" : "false")}},"finish_reason":"{{finish}}"}""";

    private void Write(params string[] lines) => File.WriteAllLines(FileName, lines);

    private List<PreferencePair> Read(int pairs = 1) => [.. new PreferenceFile(FileName, pairs, () => null).Read()];
}
