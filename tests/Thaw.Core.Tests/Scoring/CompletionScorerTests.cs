using System.Text;
using System.Text.Json;
using Thaw.Core.Scoring;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Core.Tests.Scoring;

public sealed class CompletionScorerTests : IDisposable
{
    private const string Drawing = "#####\n#PXO#\n#####";
    private static readonly string s_instance = $"\"drawing\": {JsonSerializer.Serialize(Drawing)}";
    private static readonly string s_inner = SokobanPrompt.Write(SokobanBinding.Training, SokobanInstance.Parse(Drawing).Drawing).Text;

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("\"completion\": \"<answer> Right </answer>\"")]
    [InlineData("\"response\": \"<answer> Right </answer>\"")]
    [InlineData("\"completion\": null, \"response\": \"<answer> Right </answer>\"")]
    [InlineData("\"completion\": [{\"role\": \"assistant\", \"content\": \"<answer> Right </answer>\"}]")]
    [InlineData("\"completion\": [{\"role\": \"assistant\", \"content\": [{\"type\": \"text\", \"text\": \"<answer> Right\"}, {\"type\": \"text\", \"text\": \"</answer>\"}]}]")]
    [InlineData("\"completion\": \"<answer> Right </answer>\", \"task\": \"sokoban\"")]
    [InlineData("\"completion\": \"<answer> Right </answer>\", \"task\": \"some name of theirs\", \"binding\": \"\"")]
    [InlineData("\"completion\": \"\\udcff\\ud83d\\ude00\\ud83d <answer> Right </answer>\"")]
    public void Read_FormsOfACompletion_AreTheSame(string completion) =>
        Assert.Equal((1, true), (Assert.Single(Read($"{{{s_instance}, {completion}}}")).Line, Only($"{{{s_instance}, {completion}}}").IsCorrect));

    [Fact]
    public void Read_HalvesOfSurrogatePairs_AreReplacedAndWholePairsKept() =>
        Assert.Equal("\ufffd😀\ufffd\"\\\ufffdu", Assert.Single(Read($$"""{{{s_instance}}, "completion": "\udcff\ud83d\ude00\ud83d\"\\\ud83du"}""")).Completion);

    [Fact]
    public void Read_FormsOfAPrompt_AreTheSame()
    {
        var user = s_inner["<|im_start|>user\n".Length..s_inner.IndexOf("<|im_end|>", StringComparison.Ordinal)];
        var prompts = new[]
        {
            $"\"prompt\": {JsonSerializer.Serialize(s_inner)}, \"completion\": \"</think> <answer> Right </answer>\"",
            $"\"prompt\": [{{\"role\": \"user\", \"content\": {JsonSerializer.Serialize(user)}}}], \"completion\": \"<think> </think> <answer> Right </answer>\"",
            $"\"messages\": [{{\"role\": \"user\", \"content\": {JsonSerializer.Serialize(user)}}}], \"response\": \"<think> </think> <answer> Right </answer>\"",
            $"\"messages\": [{{\"role\": \"user\", \"content\": {JsonSerializer.Serialize(user)}}}, {{\"role\": \"assistant\", \"content\": \"<think> </think> <answer> Right </answer>\"}}]",
            s_instance + ", \"completion\": \"</think> <answer> Right </answer>\"",
        };

        Assert.All(Read([.. prompts.Select(prompt => $"{{{prompt}}}")]), row =>
        {
            Assert.Equal(["thaw", "paper"], row.Scores.Select(entry => entry.Key));
            Assert.All(row.Scores, entry => Assert.Equal(Score.Right("Right"), entry.Value));
            Assert.False(row.Differs);
        });
    }

    [Theory]
    [InlineData("{\"prompt\": \"a\"}", "there is no completion: expected the key completion or response.")]
    [InlineData("{\"prompt\": [{\"role\": \"user\", \"content\": \"a\"}]}", "there is no completion: expected the key completion or response.")]
    [InlineData("{\"prompt\": \"a\", \"completion\": 3}", "prompt and completion must be strings or lists of messages.")]
    [InlineData("{\"prompt\": 3, \"completion\": \"a\"}", "prompt and completion must be strings or lists of messages.")]
    [InlineData("{\"prompt\": [3], \"completion\": \"a\"}", "a message has no role.")]
    [InlineData("{\"prompt\": [{\"role\": \"user\"}], \"completion\": \"a\"}", "the content of a message is not text.")]
    [InlineData("{\"prompt\": [{\"role\": \"user\", \"content\": [3]}], \"completion\": \"a\"}", "a part of a message is not text.")]
    [InlineData("{\"prompt\": [{\"\\ud800\": 1}], \"completion\": \"a\"}", "a key holds half of a surrogate pair.")]
    [InlineData("{\"prompt\": \"a\", \"completion\": \"b\"}", "holds no question of sokoban.")]
    [InlineData("{\"drawing\": 3, \"completion\": \"b\"}", "the value of drawing is neither a string nor a list of strings.")]
    [InlineData("{\"drawing\": \"#####\\n#P_O#\\n#####\", \"completion\": \"b\"}", "A room needs as many boxes as targets, not 0 and 1.")]
    [InlineData("{\"drawing\": \"#####\\n#PXO#\\n#####\", \"completion\": \"b\", \"binding\": \"1 2 3 4\"}", "a binding is written like \"Up=1 Down=2 Left=3 Right=4\".")]
    [InlineData("{\"state\": [\"000\"], \"fixed\": [\"00\"], \"completion\": \"b\"}", "fixed and state are not of one size.")]
    [InlineData("[1]", "expected an object.")]
    [InlineData("null", "expected an object.")]
    [InlineData("{", "Expected depth to be zero at the end of the JSON payload. There is an open JSON object or array that should be closed. (byte 2)")]
    public void Read_MalformedLine_NamesFileLineAndCauseAndGoesOn(string line, string cause)
    {
        var good = $"{{{s_instance}, \"completion\": \"a\"}}";
        var errors = new List<string>();

        var rows = Read([good, "", line, good], error => errors.Add(error.Message));

        Assert.Equal([1, 4], rows.Select(row => row.Line));
        Assert.Equal([$"{_path}: line 3: {cause}"], errors);
    }

    [Fact]
    public void Read_KeyThatIsHalfASurrogatePair_IsAMalformedLine()
    {
        var errors = new List<string>();

        Assert.Empty(Read(["{\"\\ud800\": 1}"], error => errors.Add(error.Message)));
        Assert.StartsWith($"{_path}: line 1: ", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ScorerThatTheTaskDoesNotHave_SaysWhichItHas()
    {
        File.WriteAllText(_path, $"{{{s_instance}, \"completion\": \"a\"}}");

        var error = Assert.Throws<InvalidDataException>(() => new CompletionScorer([new SokobanTask()], "papr").Read(_path, error => throw error).ToList());

        Assert.Equal($"{_path}: line 1: sokoban has no scorer 'papr', only thaw, paper, paper-eval.", error.Message);
    }

    [Theory]
    [InlineData("thaw", "paper")]
    [InlineData("paper", "paper")]
    [InlineData("paper-eval", "paper-eval")]
    public void Read_Scorer_IsComparedWithTheTasksOwn(string scorer, string other)
    {
        File.WriteAllText(_path, $"{{{s_instance}, \"completion\": \"a\"}}");

        Assert.Equal(["thaw", other], Assert.Single(new CompletionScorer([new SokobanTask()], scorer).Read(_path, error => throw error)).Scores.Select(entry => entry.Key));
    }

    [Fact]
    public void Write_ScoredRows_AreOneObjectALine()
    {
        var rows = Read($"{{{s_instance}, \"completion\": \"</think> <answer> Right Up </answer>\"}}");
        ScoredFile.Write(_path, rows);

        Assert.Equal(
            $$$$"""{"line":1,"task":"sokoban","instance_id":"{{{{SokobanInstance.Parse(Drawing).Id}}}}","differs":true,"scores":{"thaw":{"score":0,"correct":false,"valid":false,"answer":"Right Up","reason":"unknown_word"},"paper":{"score":1,"correct":true,"valid":true,"answer":"Right Up"}}}""" + "\n",
            File.ReadAllText(_path));
    }

    [Fact]
    public void Add_ManyRows_CountsThemAndKeepsTheFirstDifferences()
    {
        var summary = new ScoreSummary(keep: 2);
        foreach (var row in Read([.. Enumerable.Range(0, 9).Select(i => $"{{{s_instance}, \"completion\": \"</think> <answer> {(i % 3 == 0 ? "Right" : i % 3 == 1 ? "Right Up" : "Up")} </answer>\"}}")]))
        {
            summary.Add(row);
        }

        var own = summary.Tallies[("sokoban", "thaw")];
        Assert.Equal((9, 3, 3 / 9.0, 6 / 9.0), (own.Count, own.Correct, own.Mean, own.Validity));
        Assert.Equal([KeyValuePair.Create("blocked", 3), KeyValuePair.Create("unknown_word", 3)], own.Reasons);
        Assert.Equal(6 / 9.0, summary.Tallies[("sokoban", "paper")].Mean);
        Assert.Equal((9, 3, 3), (summary.Count, summary.Differences, summary.ValidityDifferences));
        Assert.Equal([2, 5], summary.FirstDifferences.Select(row => row.Line));
    }

    [Fact]
    public void Read_FirstRowsOfManyLongLines_DoesNotReadOn()
    {
        var good = $"{{{s_instance}, \"completion\": \"{new string('x', 200_000)}\"}}";
        File.WriteAllLines(_path, [good, good, "bad"]);

        Assert.Equal(2, new CompletionScorer([new SokobanTask()], "paper").Read(_path, error => throw error).Take(2).Count());
    }

    private Score Only(string line) => Assert.Single(Read(line)).Scores[0].Value;

    private List<ScoredRow> Read(params string[] lines) => Read(lines, error => throw error);

    private List<ScoredRow> Read(string[] lines, Action<InvalidDataException> onMalformed)
    {
        File.WriteAllLines(_path, lines, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return [.. new CompletionScorer([new SokobanTask()], "thaw").Read(_path, onMalformed)];
    }
}
