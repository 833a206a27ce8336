using System.Text.Json;
using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;
using Thaw.Torch;

namespace Thaw.Benchmarks.Generation;

/// <summary>The rival: <c>generation_pytorch.py</c>.</summary>
internal sealed class PyTorchDecoding : IDisposable
{
    private readonly string _job = Path.Combine(Path.GetTempPath(), $"thaw-generation-{Environment.ProcessId}.json");
    private readonly SideProcess<Answer> _python;

    public PyTorchDecoding(ModelFolder model, IReadOnlyDictionary<string, GenerationCase> cases)
    {
        File.WriteAllText(_job, JsonSerializer.Serialize(new Job(Path.GetFullPath(model.Path), TorchRuntime.Threads, model.StopIds, cases), JsonFormat.Line));
        _python = SideProcess<Answer>.OfPython("generation_pytorch.py", _job);
    }

    public string Version { get; private set; } = "";

    public DecodingRound Run(string name, bool isSampled)
    {
        var answer = _python.Run($"{name} {(isSampled ? "sampled" : "greedy")}");
        Version = answer.Version;
        return new DecodingRound(answer.Ids, answer.Seconds, answer.CpuSeconds);
    }

    public void Dispose()
    {
        _python.Dispose();
        File.Delete(_job);
    }

    private sealed record Job(string Model, int Threads, IReadOnlyList<int> Stops, IReadOnlyDictionary<string, GenerationCase> Cases);

    private sealed record Answer(int[][] Ids, double Seconds, double CpuSeconds, string Version);
}
