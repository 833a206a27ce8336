using System.Diagnostics;
using System.Text.Json;
using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;
using Thaw.Torch;

namespace Thaw.Benchmarks.Generation;

/// <summary>The rival: <c>generation_pytorch.py</c> in a process of its own that waits between rounds. It inherits this environment, so settings are the same.</summary>
internal sealed class PyTorchDecoding : IDisposable
{
    private readonly string _job = Path.Combine(Path.GetTempPath(), $"thaw-generation-{Environment.ProcessId}.json");
    private readonly Process _python;

    public PyTorchDecoding(ModelFolder model, IReadOnlyDictionary<string, GenerationCase> cases)
    {
        File.WriteAllText(_job, JsonSerializer.Serialize(new Job(Path.GetFullPath(model.Path), TorchRuntime.Threads, model.StopIds, cases), JsonFormat.Line));
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("PYTHON") ?? "/usr/bin/python3")
        {
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "generation_pytorch.py"), _job },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _python = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} could not be started.");
    }

    public string Version { get; private set; } = "";

    /// <exception cref="InvalidOperationException">The process ended; what it had to say is on stderr.</exception>
    public DecodingRound Run(string name, bool isSampled)
    {
        _python.StandardInput.WriteLine($"{name} {(isSampled ? "sampled" : "greedy")}");
        _python.StandardInput.Flush();
        var line = _python.StandardOutput.ReadLine() ?? throw new InvalidOperationException("generation_pytorch.py ended before the round did.");
        var answer = JsonSerializer.Deserialize<Answer>(line, JsonFormat.Line)!;
        Version = answer.Version;
        return new DecodingRound(answer.Ids, answer.Seconds, answer.CpuSeconds);
    }

    public void Dispose()
    {
        // End of input ends it.
        _python.StandardInput.Close();
        _python.WaitForExit();
        _python.Dispose();
        File.Delete(_job);
    }

    private sealed record Job(string Model, int Threads, IReadOnlyList<int> Stops, IReadOnlyDictionary<string, GenerationCase> Cases);

    private sealed record Answer(int[][] Ids, double Seconds, double CpuSeconds, string Version);
}
