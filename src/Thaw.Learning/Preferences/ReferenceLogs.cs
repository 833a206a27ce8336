using System.Security.Cryptography;
using Thaw.Core.Progress;
using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Models;
using Thaw.Learning.Objectives;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Preferences;

/// <summary>The log-probabilities that the starting weights give every target: computed once and kept in the run's folder.</summary>
internal static class ReferenceLogs
{
    /// <summary>Logits that exist at once, unless one row has more.</summary>
    private const long MostLogits = 1L << 24;

    /// <summary>For each row the log-probabilities of its targets, in order.</summary>
    /// <remarks>The file's name holds a hash of all that decides them, so those of other data or weights are never taken.</remarks>
    public static IReadOnlyList<float[]> ReadOrCompute(
        DpoOptions options, ModelFolder model, IReadOnlyList<TrainingExample> rows, string name, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var path = Path.Combine(options.OutputDir, $"reference-{HashOf(options, model)[..16]}.jsonl");
        if (!File.Exists(path))
        {
            // Not a result of the run, and of use only with these very data.
            AtomicFile.Write(path, stream => JsonLines.Write(stream, Compute(model.Decoder, rows, options.RowsAtOnce, name, progress, cancellation).Select(logs => new Line(logs))));
        }

        return [.. JsonLines.Read<Line>(path).Select(line => line.Logps)];
    }

    internal static IEnumerable<float[]> Compute(
        Decoder model, IReadOnlyList<TrainingExample> rows, int most, string name, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var longest = rows.Max(row => row.IsTarget.Count(isTarget => isTarget));
        var size = (int)Math.Clamp(MostLogits / ((long)longest * model.Config.VocabularySize), 1, most);
        var done = 0;
        foreach (var chunk in rows.Chunk(size))
        {
            cancellation.ThrowIfCancellationRequested();
            var (logs, at) = (Logs(model, TokenBatch.Of(chunk)), 0);
            foreach (var row in chunk)
            {
                var count = row.IsTarget.Count(isTarget => isTarget);
                yield return logs[at..(at + count)];
                at += count;
            }

            done += chunk.Length;
            progress?.Report(new WorkProgress($"{name}: reference", done, rows.Count));
        }
    }

    private static float[] Logs(Decoder model, TokenBatch batch)
    {
        using var noGrad = new NoGradScope();
        using var scope = new TensorScope();
        var targets = Tensor.FromSpan(batch.Targets, batch.Targets.Length).To(model.Device, DType.Int64);
        return new ScoredTokens(model.Project(SupervisedTrainer.ScoredHidden(model, batch)), targets).LogN.ToFloats();
    }

    private static string HashOf(DpoOptions options, ModelFolder model)
    {
        using var data = File.OpenRead(options.DatasetName);
        var facts = $"{FolderHash.Of(model.Path)} {Convert.ToHexStringLower(SHA256.HashData(data))} {options.PairsPerPrompt} {model.Decoder.ComputeType}";
        return Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(facts)));
    }

    private sealed record Line(float[] Logps);
}
