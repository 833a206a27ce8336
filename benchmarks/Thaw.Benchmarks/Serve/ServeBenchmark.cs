using System.Diagnostics;
using System.Globalization;
using Thaw.Core.Generation;
using Thaw.Core.Tasks;
using Thaw.Learning.Checkpoints;
using Thaw.Serving.Server;
using Thaw.Torch;

namespace Thaw.Benchmarks.Serve;

/// <summary>Many clients at one server of this process, over sockets, against the same prompts without a server.</summary>
internal static class ServeBenchmark
{
    private const int Prompts = 192;
    private const int NewTokens = 16;
    private const int WarmShare = 3;

    // A busy machine may not come to that many in a third of the time; then it gets as much again, twice.
    private const int WarmRequests = 2000;

    private static readonly string[] s_splits = ["id", "numerical", "emoji"];

    /// <param name="clients">More than the places of the server, so that some get 429.</param>
    public static async Task<ServeResult> RunAsync(string modelFolder, int clients, int seconds, TextWriter text)
    {
        using var folder = ModelFolder.Load(modelFolder);
        var prompts = DrawPrompts();
        var sampling = new SamplingOptions { MaxNewTokens = NewTokens };
        List<Completion> alone = [.. prompts.Select(prompt => Answer(folder, [prompt], sampling).Single())];
        var local = LocalRate(folder, prompts, sampling, clients);
        text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"without a server, before: {local:n0} tokens/s"));

        var options = new ServeOptions { Port = 0, MaxRows = clients * 3 / 4, MaxQueue = clients / 8 };
        await using var server = await ModelServer.StartAsync(ServedModel.Of(folder, "served"), options, text.WriteLine);
        ServeClients NewClients() => new(server.Address, [.. prompts.Select(prompt => prompt.Text)], [.. alone.Select(answer => answer.Text)], NewTokens);
        using (var warming = NewClients())
        {
            for (var slice = 0; slice == 0 || (slice < WarmShare && warming.Latencies.Count < WarmRequests); slice++)
            {
                await AskAsync(warming, clients, TimeSpan.FromSeconds((double)seconds / WarmShare));
            }

            text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"warm after {warming.Latencies.Count:n0} requests"));
        }

        var (warmMegabytes, warmTensors) = Memory();
        using var work = NewClients();
        var elapsed = await AskAsync(work, clients, TimeSpan.FromSeconds(seconds * (1 - (1.0 / WarmShare))));
        var (endMegabytes, endTensors) = Memory();
        var after = LocalRate(folder, prompts, sampling, clients);
        text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"without a server, after: {after:n0} tokens/s"));

        var latencies = work.Latencies.Order().ToList();
        return new ServeResult(
            clients, elapsed, latencies.Count, work.TooBusy, work.Left, work.Errors, work.Mismatches, work.Tokens / elapsed, (local + after) / 2,
            latencies[latencies.Count / 2], latencies[latencies.Count * 99 / 100], warmMegabytes, endMegabytes, warmTensors, endTensors, server.Rows);
    }

    // Two seconds later nothing should run any more.
    private static async Task<double> AskAsync(ServeClients work, int clients, TimeSpan time)
    {
        using var end = new CancellationTokenSource(time);
        var clock = Stopwatch.StartNew();
        await work.RunAsync(clients, end.Token);
        var elapsed = clock.Elapsed.TotalSeconds;
        await Task.Delay(TimeSpan.FromSeconds(2));
        return elapsed;
    }

    private static Prompt[] DrawPrompts()
    {
        var task = TaskCatalog.Find("sokoban");
        return [.. s_splits.Select(task.FindSplit).SelectMany(split => task.DrawInstances(split, Fold.Test, Prompts / s_splits.Length, 5).Select(instance => task.Begin(split, instance, 5).Prompt))];
    }

    // As many prompts at once as there are clients, as often as to take a few seconds.
    private static double LocalRate(ModelFolder folder, Prompt[] prompts, SamplingOptions sampling, int clients)
    {
        using var generator = folder.Generator();
        var clock = Stopwatch.StartNew();
        var tokens = 0L;
        for (var start = 0; clock.Elapsed < TimeSpan.FromSeconds(5); start += clients)
        {
            Prompt[] batch = [.. Enumerable.Range(start, clients).Select(i => prompts[i % prompts.Length])];
            tokens += generator.Generate(batch, sampling, CancellationToken.None).Sum(answer => answer.PromptTokens + answer.CompletionTokens);
        }

        return tokens / clock.Elapsed.TotalSeconds;
    }

    private static IReadOnlyList<Completion> Answer(ModelFolder folder, Prompt[] prompts, SamplingOptions sampling)
    {
        using var generator = folder.Generator();
        return generator.Generate(prompts, sampling, CancellationToken.None);
    }

    private static (double Megabytes, long Tensors) Memory()
    {
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return (process.WorkingSet64 / 1e6, Tensor.LiveCount);
    }
}
