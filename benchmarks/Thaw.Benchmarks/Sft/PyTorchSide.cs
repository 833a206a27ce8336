using System.Diagnostics;
using System.Text.Json;
using Thaw.Core.Storage;
using Thaw.Torch;

namespace Thaw.Benchmarks.Sft;

/// <summary>The rival: <c>sft_pytorch.py</c> in a process of its own that waits between rounds. It inherits this environment, so settings are the same.</summary>
internal sealed class PyTorchSide : IDisposable
{
    /// <summary>Rows that the rival computes at once: the fastest for it on the base model of 8, 16, 32 and 128, which also takes the least memory.</summary>
    private const int MicroBatchSize = 32;

    private readonly string _job = Path.Combine(Path.GetTempPath(), $"thaw-sft-{Environment.ProcessId}.json");
    private readonly Process _python;

    public PyTorchSide(SftWork work)
    {
        File.WriteAllText(_job, JsonSerializer.Serialize(JobOf(work), JsonFormat.Line));
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("PYTHON") ?? "/usr/bin/python3")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "sft_pytorch.py"), _job },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _python = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} could not be started.");
    }

    public string Version { get; private set; } = "";

    /// <exception cref="InvalidOperationException">The process ended; what it had to say is on stderr.</exception>
    public SideRound Run()
    {
        _python.StandardInput.WriteLine("round");
        _python.StandardInput.Flush();
        var line = _python.StandardOutput.ReadLine() ?? throw new InvalidOperationException("sft_pytorch.py ended before the round did.");
        // It has been read; a run that is killed later leaves nothing behind.
        File.Delete(_job);
        var answer = JsonSerializer.Deserialize<Answer>(line, JsonFormat.Line)!;
        Version = answer.Version;
        return new SideRound(answer.Losses, answer.Seconds, answer.CpuSeconds, answer.ComputedTokens, answer.PeakMegabytes);
    }

    public void Dispose()
    {
        // End of input ends it.
        _python.StandardInput.Close();
        _python.WaitForExit();
        _python.Dispose();
        File.Delete(_job);
    }

    private static Job JobOf(SftWork work) => new(
        Path.GetFullPath(work.Options.ModelNameOrPath),
        SftBenchmark.NameOf(work.Options.ComputeType()),
        TorchRuntime.Threads,
        MicroBatchSize,
        work.Options.FreezeEmbeddings,
        work.Options.LearningRate,
        work.Options.WeightDecay,
        work.Options.AdamBeta1,
        work.Options.AdamBeta2,
        work.Options.AdamEpsilon,
        work.Options.MaxGradNorm,
        [.. work.Batches.Select(rows => rows.Select(row => new Row(row.Ids, Array.IndexOf(row.IsTarget, true))).ToArray())]);

    private sealed record Job(
        string Model,
        string Dtype,
        int Threads,
        int MicroBatchSize,
        bool FreezeEmbeddings,
        double LearningRate,
        double WeightDecay,
        double Beta1,
        double Beta2,
        double Epsilon,
        double MaxGradNorm,
        Row[][] Batches);

    /// <param name="Prompt">Tokens before the completion.</param>
    private sealed record Row(int[] Ids, int Prompt);

    private sealed record Answer(double[] Losses, double[] Seconds, double[] CpuSeconds, long[] ComputedTokens, double PeakMegabytes, string Version);
}
