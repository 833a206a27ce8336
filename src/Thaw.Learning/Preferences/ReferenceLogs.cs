using System.Security.Cryptography;
using Thaw.Core.Progress;
using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Training;

namespace Thaw.Learning.Preferences;

/// <summary>The log-probabilities that the starting weights give every target: computed once and kept in the run's folder.</summary>
internal static class ReferenceLogs
{
    /// <summary>For each row the log-probabilities of its targets, in order.</summary>
    /// <remarks>The file's name holds a hash of all that decides them, so those of other data or weights are never taken.</remarks>
    public static IReadOnlyList<float[]> ReadOrCompute(
        DpoOptions options, ModelFolder model, IReadOnlyList<TrainingExample> rows, string name, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var path = Path.Combine(options.OutputDir, $"reference-{HashOf(options, model)[..16]}.jsonl");
        if (!File.Exists(path))
        {
            // Not a result of the run, and of use only with these very data.
            AtomicFile.Write(path, stream => JsonLines.Write(stream, Compute(options, model, rows, name, progress, cancellation).Select(logs => new Line(logs))));
        }

        return [.. JsonLines.Read<Line>(path).Select(line => line.Logps)];
    }

    private static IEnumerable<float[]> Compute(
        DpoOptions options, ModelFolder model, IReadOnlyList<TrainingExample> rows, string name, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        foreach (var (done, logs) in new FrozenLogs(model.Decoder, options.RowsAtOnce).Of(rows).Index())
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new WorkProgress($"{name}: reference", done, rows.Count));
            yield return logs;
        }
    }

    private static string HashOf(DpoOptions options, ModelFolder model)
    {
        using var data = File.OpenRead(options.DatasetName);
        var facts = $"{FolderHash.Of(model.Path)} {Convert.ToHexStringLower(SHA256.HashData(data))} {options.PairsPerPrompt} {options.Dtype} {model.Decoder.ComputeType}";
        return Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(facts)));
    }

    private sealed record Line(float[] Logps);
}
