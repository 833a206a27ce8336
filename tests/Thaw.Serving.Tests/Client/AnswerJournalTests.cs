using Thaw.Core.Generation;
using Thaw.Serving.Client;

namespace Thaw.Serving.Tests.Client;

public sealed class AnswerJournalTests : IDisposable
{
    private static readonly Prompt[] s_prompts = [.. Enumerable.Range(0, 6).Select(i => new Prompt($"prompt √{i}"))];

    private readonly TemporaryFolder _folder = new();

    private string Journal => _folder["below/answers.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Generate_AfterACrash_AsksOnlyForWhatIsMissing()
    {
        await using var server = await ScriptedServer.StartEchoAsync();
        var first = Run(server, s_prompts[..4]);
        File.AppendAllText(Journal, "{\"key\":\"torn");

        var second = Run(server, s_prompts);

        Assert.Equal(6, server.Requests.Count);
        Assert.Equal(first.Answers, second.Answers.Take(4));
        Assert.Equal(s_prompts.Select(prompt => prompt.Text.ToUpperInvariant()), second.Answers.Select(answer => answer.Text));
        Assert.Equal((2, 4, 60), (second.Usage.Requests, second.Usage.FromJournal, second.Usage.PromptTokens));
        Assert.Equal(6, File.ReadAllLines(Journal).Length);
    }

    [Fact]
    public async Task Generate_OtherSettings_AreOtherQuestions()
    {
        await using var server = await ScriptedServer.StartEchoAsync();
        Run(server, s_prompts);

        Run(server, s_prompts, new SamplingOptions { MaxNewTokens = 65 });
        Run(server, s_prompts, options: server.Options with { Model = "other" });
        Run(server, s_prompts, options: server.Options with { Concurrency = 1, Key = new ApiKey("k") });

        Assert.Equal(18, server.Requests.Count);
    }

    [Fact]
    public async Task Generate_AModelThatChanged_IsSaid()
    {
        var fingerprint = "fp_1";
        await using var server = await ScriptedServer.StartAsync((_, context) =>
        {
            var reply = ScriptedServer.Text("x");
            reply["system_fingerprint"] = fingerprint;
            return ScriptedServer.ReplyAsync(context, reply);
        });
        Assert.Empty(Run(server, s_prompts[..2]).Notes);

        fingerprint = "fp_2";

        var notes = Run(server, s_prompts).Notes;
        Assert.Equal(2, notes.Count);
        Assert.Equal($"going on with 2 answers from {Journal}", notes[0]);
        Assert.Contains("fingerprint fp_2, was fp_1", notes[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_MalformedLine_IsNamed()
    {
        await using var server = await ScriptedServer.StartEchoAsync();
        Run(server, s_prompts[..1]);
        File.AppendAllText(Journal, "{}\n");

        Assert.StartsWith($"{Journal}: line 2: expected an object with the keys key, choices", Assert.Throws<InvalidDataException>(() => Run(server, s_prompts)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Generate_TwoRunsOnOneJournal_AreRefused()
    {
        await using var server = await ScriptedServer.StartEchoAsync();
        using var first = new EndpointGenerator(server.Options, Journal);

        Assert.Throws<IOException>(() => new EndpointGenerator(server.Options, Journal));
    }

    private (IReadOnlyList<Completion> Answers, EndpointUsage Usage, List<string> Notes) Run(
        ScriptedServer server, IReadOnlyList<Prompt> prompts, SamplingOptions? sampling = null, EndpointOptions? options = null)
    {
        var notes = new List<string>();
        using var generator = new EndpointGenerator(options ?? server.Options, Journal, notes.Add);
        return (generator.Generate(prompts, sampling ?? SamplingOptions.Greedy, CancellationToken.None), generator.Usage, notes);
    }
}
