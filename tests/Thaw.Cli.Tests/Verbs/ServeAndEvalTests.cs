using System.Text.Json.Nodes;

namespace Thaw.Cli.Tests.Verbs;

/// <summary>The model that ships, served by its own process and evaluated through it.</summary>
public sealed class ServeAndEvalTests : IDisposable
{
    private static readonly string s_model = Path.Combine(Repository.Root, "models", "base");

    private readonly TemporaryFolder _folder = new();

    private string Output => Path.Combine(_folder.Path, "out");

    private string Journal => Path.Combine(Output, "answers.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Eval_ThroughItsOwnServer_GivesTheTableOfTheLocalRun()
    {
        using var server = await ServedProcess.StartAsync(s_model);
        foreach (var (task, splits) in new[] { ("sokoban", "id,numerical,fake"), ("points", "id,fake") })
        {
            string[] what = ["--task", task, "--splits", splits, "--instances", "3", "--max-new-tokens", "24", "--json"];

            var local = await Json(["eval", "--model", s_model, .. what]);
            var completions = await Json(["eval", "--endpoint", server.Url, "--model", "base", .. what]);
            var chat = await Json(["eval", "--endpoint", server.Url, "--model", "base", "--api", "chat", "--continue-opening", .. what]);

            Assert.Equal(local["splits"]!.ToJsonString(), completions["splits"]!.ToJsonString());
            Assert.Equal(local["splits"]!.ToJsonString(), chat["splits"]!.ToJsonString());
            Assert.True((int)completions["usage"]!["completion_tokens"]! > 0);
        }

        Assert.Equal(ExitCode.Ok, await server.TerminateAsync());
    }

    [Fact]
    public async Task Collect_ThroughItsOwnServer_DrawsTheSamplesOfTheLocalTeacher()
    {
        using var server = await ServedProcess.StartAsync(s_model);
        string[] what = ["--dataset_size", "5", "--num_generations", "4", "--max_completion_length", "8", "--diversity", "diverse", "--json"];
        var (local, served) = (Path.Combine(_folder.Path, "local"), Path.Combine(_folder.Path, "served"));

        await Json(["collect", "--model_name_or_path", s_model, "--output_dir", local, .. what]);
        var result = await Json(["collect", "--endpoint", server.Url, "--model", "base", "--output_dir", served, .. what]);

        Assert.Equal(Drawn(local), Drawn(served));
        Assert.Equal($"base at {server.Url}", (string)result["teacher"]!);
        Assert.False(File.Exists(Path.Combine(served, "answers.jsonl")));
        Assert.Equal(ExitCode.Ok, await server.TerminateAsync());

        static List<(string, int, ulong, bool)> Drawn(string folder) =>
        [
            .. File.ReadLines(Path.Combine(folder, "samples.jsonl")).Select(line => JsonNode.Parse(line)!)
                .Select(sample => ((string)sample["completion"]!, (int)sample["attempt"]!, (ulong)sample["seed"]!, (bool)sample["correct"]!)),
        ];
    }

    [Fact]
    public async Task Eval_ServerKilledAndStartedAgain_EndsWithTheSameTableAsAsked()
    {
        var port = ServedProcess.FreePort();
        string[] what = ["--splits", "id,numerical", "--instances", "20", "--max-new-tokens", "16", "--json"];
        var local = await Json(["eval", "--model", s_model, .. what]);
        string[] served = ["eval", "--endpoint", $"http://127.0.0.1:{port}", "--model", "base", "--concurrency", "2", "--out", Output, .. what];

        // First run: the server is killed under it, and it has no patience.
        using (var server = await ServedProcess.StartAsync(s_model, port))
        {
            // A verb runs in the thread that calls it.
            var impatient = Task.Run(() => CommandRun.Of([.. served, "--patience", "0"]));
            await JournalGrowsBeyondAsync(1000);
            await server.KillAsync();
            var failed = await impatient;
            Assert.Equal(ExitCode.Failed, failed.Code);
            Assert.Contains($"thaw: http://127.0.0.1:{port}/v1/: ", failed.ErrorLines[^1], StringComparison.Ordinal);
        }

        var (kept, length) = (File.ReadAllLines(Journal).Length, new FileInfo(Journal).Length);

        // Second run: it is killed again, comes back, and the run waits for it.
        Task<JsonObject> patient;
        using (var server = await ServedProcess.StartAsync(s_model, port))
        {
            patient = Task.Run(() => Json(served));
            await JournalGrowsBeyondAsync(length + 1000);
            await server.KillAsync();
        }

        using (var server = await ServedProcess.StartAsync(s_model, port))
        {
            var result = await patient;
            Assert.Equal(local["splits"]!.ToJsonString(), result["splits"]!.ToJsonString());
            Assert.Equal(kept, (int)result["usage"]!["from_journal"]!);
            Assert.True((int)result["usage"]!["retries"]! > 0);
        }

        Assert.False(File.Exists(Journal));
        Assert.True(File.Exists(Path.Combine(Output, "results.json")));
    }

    [Theory]
    [InlineData("eval --endpoint localhost:1 --model m", "--endpoint: 'localhost:1' is no address of a server; expected one like http://localhost:8000/v1", ExitCode.Usage)]
    [InlineData("eval --api chat --model m", "--api has a meaning only with --endpoint", ExitCode.Usage)]
    [InlineData("eval --endpoint http://h --model m --device cpu", "--device has no meaning with --endpoint", ExitCode.Usage)]
    [InlineData("eval --endpoint http://h --model m --concurrency 0", "--concurrency: must lie between 1 and 4096, not 0", ExitCode.Usage)]
    [InlineData("eval --endpoint http://h --model m --extra-body []", "--extra-body: expected a JSON object", ExitCode.Usage)]
    [InlineData("eval --endpoint http://h --model m --extra-body {", "--extra-body: not JSON", ExitCode.Usage)]
    [InlineData("eval --endpoint http://h --model m --api-key-env THAW_NO_SUCH_KEY", "environment variable THAW_NO_SUCH_KEY, named by --api-key-env, is not set", ExitCode.Failed)]
    [InlineData("serve --model m --api-key-env THAW_NO_SUCH_KEY", "environment variable THAW_NO_SUCH_KEY, named by --api-key-env, is not set", ExitCode.Failed)]
    [InlineData("serve --model m --host nowhere", "--host: 'nowhere' is no IP address", ExitCode.Usage)]
    [InlineData("serve --model m --port 70000", "--port: must lie between 0 and 65535, not 70000", ExitCode.Usage)]
    [InlineData("serve --model /none", "/none: no such folder.", ExitCode.Failed)]
    public async Task RunAsync_WrongUsage_IsOneLine(string line, string clue, int code)
    {
        var run = await CommandRun.Of(line.Split(' '));

        Assert.Equal(code, run.Code);
        Assert.Contains(clue, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    // By its length: a line is some 200 bytes, and the file cannot be read while its writer has it.
    private async Task JournalGrowsBeyondAsync(long bytes)
    {
        for (var look = 0; look < 3000; look++)
        {
            if (new FileInfo(Journal) is { Exists: true } file && file.Length > bytes)
            {
                return;
            }

            await Task.Delay(10);
        }

        Assert.Fail($"the journal did not grow beyond {bytes} bytes in half a minute");
    }

    private static async Task<JsonObject> Json(params string[] args)
    {
        var run = await CommandRun.Of(args);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        return JsonNode.Parse(Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)))!.AsObject();
    }
}
