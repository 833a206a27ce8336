using System.Globalization;
using System.Text.Json.Nodes;
using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Lora;
using Thaw.Learning.Models;
using Thaw.Learning.Objectives;
using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary><c>checkpoint-N</c>: a whole Hugging Face folder, or an adapter in PEFT's layout, plus what resuming needs.</summary>
/// <remarks>
/// The folder gets its name only when everything in it is on disk, so one that is there is whole. Data order and learning rate are
/// functions of seed and step, so weights (or the adapter's factors), moments and the step are all there is to keep.
/// </remarks>
internal static class TrainingCheckpoint
{
    private const string Prefix = "checkpoint-";
    private const string StateName = "trainer_state.json";
    private const string OptimizerName = "optimizer.safetensors";
    private const string ReferenceStem = "old_policy";

    public static string PathOf(string outputDir, int step) => Path.Combine(outputDir, Prefix + step.ToString(CultureInfo.InvariantCulture));

    /// <param name="loss">Its reference is kept where it is renewed on the way: it is then a part of the state.</param>
    /// <param name="writeExtras">Adds configuration and tokenizer files to a folder.</param>
    public static string Write(string outputDir, int step, Decoder model, IOptimizer optimizer, LossPlan loss, Action<string> writeExtras)
    {
        var folder = PathOf(outputDir, step);
        AtomicFile.WriteFolder(folder, temporary =>
        {
            writeExtras(temporary);
            if (model.Adapter is { } adapter)
            {
                AdapterFolder.Write(temporary, adapter);
            }
            else
            {
                DecoderFolder.WriteWeights(temporary, model);
            }

            AtomicFile.Write(Path.Combine(temporary, OptimizerName), stream => TensorTransfer.Write(stream, optimizer.State));
            if (loss is { RenewReferenceEvery: > 0, Reference: { } reference })
            {
                AtomicFile.Write(
                    Path.Combine(temporary, ReferenceStem + ".safetensors"),
                    stream => TensorTransfer.Write(stream, reference.Parameters.Select(p => (p.Name, p.Value))));
            }

            AtomicFile.WriteText(Path.Combine(temporary, StateName), new JsonObject { ["global_step"] = step }.ToJsonString() + "\n");
        });
        return folder;
    }

    /// <summary>Restores weights and optimizer.</summary>
    /// <returns>The step that the checkpoint was made after.</returns>
    public static int Restore(string folder, Decoder model, IOptimizer optimizer, LossPlan loss)
    {
        using var noGrad = new NoGradScope();
        using var scope = new TensorScope();
        var step = JsonKeys.Read(Path.Combine(folder, StateName)).Int("global_step");
        if (model.Adapter is { } adapter)
        {
            AdapterFolder.Restore(folder, adapter, model.Device);
        }
        else
        {
            Read(folder, "model", model);
        }

        if (loss is { RenewReferenceEvery: > 0, Reference: { } reference })
        {
            Read(folder, ReferenceStem, reference);
        }

        using var moments = CheckpointWeights.Open(folder, "optimizer");
        optimizer.Restore(step, (name, value) => value.CopyFrom(moments.ReadFloat32(name, value.Shape.ToArray(), model.Device)));
        return step;
    }

    /// <summary>The newest whole checkpoint, or null. Removes what a kill has left half-written.</summary>
    public static string? FindNewestOrNull(string outputDir)
    {
        if (!Directory.Exists(outputDir))
        {
            return null;
        }

        foreach (var leftover in Directory.EnumerateDirectories(outputDir, Prefix + "*.tmp"))
        {
            Directory.Delete(leftover, recursive: true);
        }

        return StepsIn(outputDir).Select(step => PathOf(outputDir, step)).LastOrDefault();
    }

    /// <summary>Deletes all but the newest <paramref name="keep"/> checkpoints.</summary>
    public static void DeleteOld(string outputDir, int keep)
    {
        foreach (var step in StepsIn(outputDir).SkipLast(keep))
        {
            Directory.Delete(PathOf(outputDir, step), recursive: true);
        }
    }

    private static void Read(string folder, string stem, Decoder model)
    {
        using var weights = CheckpointWeights.Open(folder, stem);
        foreach (var parameter in model.Parameters)
        {
            using var scope = new TensorScope();
            parameter.Value.CopyFrom(weights.ReadFloat32(parameter.Name, parameter.Value.Shape.ToArray(), model.Device));
        }
    }

    public static IEnumerable<int> StepsIn(string outputDir) => Directory.EnumerateDirectories(outputDir, Prefix + "*")
        .Select(path => int.TryParse(Path.GetFileName(path).AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1)
        .Where(step => step >= 0)
        .Order();
}
