using System.Globalization;
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
    /// <summary>The folder within a checkpoint that holds the moving average of the weights, a whole model or adapter as well.</summary>
    public const string AverageName = "ema";

    private const string Prefix = "checkpoint-";
    private const string OptimizerName = "optimizer.safetensors";
    private const string ReferenceStem = "old_policy";

    public static string NameOf(int step) => Prefix + step.ToString(CultureInfo.InvariantCulture);

    public static string PathOf(string outputDir, int step) => Path.Combine(outputDir, NameOf(step));

    /// <param name="loss">Its reference is kept where it is renewed on the way: it is then a part of the state.</param>
    /// <param name="average">Null where none is made.</param>
    /// <param name="state">The text of <see cref="TrainingState.FileName"/>.</param>
    /// <param name="writeExtras">Adds configuration and tokenizer files to a folder.</param>
    public static void Write(
        string outputDir, int step, Decoder model, IOptimizer optimizer, LossPlan loss, WeightAverage? average, string state, Action<string> writeExtras)
    {
        AtomicFile.WriteFolder(PathOf(outputDir, step), temporary =>
        {
            writeExtras(temporary);
            WriteWeights(temporary, model);
            if (average is not null)
            {
                var folder = Directory.CreateDirectory(Path.Combine(temporary, AverageName)).FullName;
                writeExtras(folder);
                average.Swap();
                try
                {
                    WriteWeights(folder, model);
                }
                finally
                {
                    average.Swap();
                }
            }

            AtomicFile.Write(Path.Combine(temporary, OptimizerName), optimizer.WriteState);
            if (loss is { RenewReferenceEvery: > 0, Reference: { } reference })
            {
                AtomicFile.Write(
                    Path.Combine(temporary, ReferenceStem + ".safetensors"),
                    stream => TensorTransfer.Write(stream, reference.Parameters.Select(p => (p.Name, p.Value))));
            }

            AtomicFile.WriteText(Path.Combine(temporary, TrainingState.FileName), state);
        });
    }

    /// <summary>Restores weights, their average and the optimizer.</summary>
    /// <exception cref="InvalidDataException">The checkpoint does not fit, or was made without an average.</exception>
    public static TrainingState Restore(string folder, Decoder model, IOptimizer optimizer, LossPlan loss, WeightAverage? average)
    {
        using var noGrad = new NoGradScope();
        using var scope = new TensorScope();
        var state = TrainingState.Read(folder);
        if (average is not null)
        {
            var averaged = Path.Combine(folder, AverageName);
            if (!Directory.Exists(averaged))
            {
                throw new InvalidDataException($"{folder}: no folder {AverageName}: either the run began without ema_decay, or somebody has taken it away; it cannot go on with ema_decay.");
            }

            ReadWeights(averaged, model);
            average.Swap();
        }

        ReadWeights(folder, model);
        if (loss is { RenewReferenceEvery: > 0, Reference: { } reference })
        {
            Read(folder, ReferenceStem, reference);
        }

        using var moments = CheckpointWeights.Open(folder, "optimizer");
        optimizer.Restore(state.Step, (name, value) => value.CopyFrom(moments.ReadFloat32(name, value.Shape.ToArray(), model.Device)));
        return state;
    }

    /// <summary>Writes what is trained: all weights, or the adapter.</summary>
    public static void WriteWeights(string folder, Decoder model)
    {
        if (model.Adapter is { } adapter)
        {
            AdapterFolder.Write(folder, adapter);
        }
        else
        {
            DecoderFolder.WriteWeights(folder, model);
        }
    }

    /// <summary>Overwrites what is trained with what <see cref="WriteWeights"/> wrote.</summary>
    public static void ReadWeights(string folder, Decoder model)
    {
        using var noGrad = new NoGradScope();
        if (model.Adapter is { } adapter)
        {
            AdapterFolder.Restore(folder, adapter, model.Device);
        }
        else
        {
            Read(folder, "model", model);
        }
    }

    /// <summary>The file with what is trained.</summary>
    public static CheckpointWeights OpenWeights(string folder, Decoder model) => CheckpointWeights.Open(folder, model.Adapter is null ? "model" : "adapter_model");

    /// <summary>Whether a folder is a checkpoint of a training run, whole or not, and not only a model.</summary>
    public static bool IsOne(string folder) => File.Exists(Path.Combine(folder, TrainingState.FileName));

    /// <summary>The newest checkpoint of which nothing is missing, or null where there is no checkpoint. Removes what a kill has left half-written.</summary>
    /// <param name="say">Told of newer ones that are not whole, as somebody has taken files out of them.</param>
    /// <exception cref="InvalidDataException">There are checkpoints, but none is whole.</exception>
    public static string? FindWholeOrNull(string outputDir, Action<string>? say)
    {
        if (FindNewestOrNull(outputDir) is not { } newest)
        {
            return null;
        }

        var paths = StepsIn(outputDir).Select(step => PathOf(outputDir, step)).Reverse().ToList();
        var whole = paths.Find(path => MissingOf(path) is null);
        if (whole is null)
        {
            throw new InvalidDataException($"{newest}: {MissingOf(newest)} is missing, and no other checkpoint of {outputDir} is whole.");
        }

        foreach (var broken in paths.TakeWhile(path => path != whole))
        {
            say?.Invoke($"{broken} is not whole: {MissingOf(broken)} is missing; going on from {Path.GetFileName(whole)}");
        }

        return whole;
    }

    // Null where the folder has all that every checkpoint has.
    private static string? MissingOf(string folder) => !IsOne(folder) ? TrainingState.FileName
        : !File.Exists(Path.Combine(folder, OptimizerName)) ? OptimizerName
        : Directory.EnumerateFiles(folder, "model*.safetensors").Concat(Directory.EnumerateFiles(folder, "adapter_model*.safetensors")).Any() ? null
        : "model.safetensors";

    /// <summary>The newest checkpoint, or null. Removes what a kill has left half-written.</summary>
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

    /// <summary>Takes the checkpoints behind a step out of the run, which goes on from there or begins anew: they get the ending <c>.old</c>, in place of earlier ones of that name.</summary>
    public static void SetAside(string outputDir, int step)
    {
        foreach (var path in StepsIn(outputDir).Where(other => other > step).Select(other => PathOf(outputDir, other)))
        {
            var aside = path + ".old";
            if (Directory.Exists(aside))
            {
                Directory.Delete(aside, recursive: true);
            }

            Directory.Move(path, aside);
        }
    }

    /// <summary>Deletes all but the newest <paramref name="keep"/> checkpoints and the best one.</summary>
    public static void DeleteOld(string outputDir, int keep, int? best)
    {
        foreach (var step in StepsIn(outputDir).SkipLast(keep).Where(step => step != best))
        {
            Directory.Delete(PathOf(outputDir, step), recursive: true);
        }
    }

    /// <summary>The steps of all whole checkpoints, rising.</summary>
    public static IEnumerable<int> StepsIn(string outputDir) => Directory.EnumerateDirectories(outputDir, Prefix + "*")
        .Select(path => int.TryParse(Path.GetFileName(path).AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1)
        .Where(step => step >= 0)
        .Order();

    private static void Read(string folder, string stem, Decoder model)
    {
        using var weights = CheckpointWeights.Open(folder, stem);
        foreach (var parameter in model.Parameters)
        {
            using var scope = new TensorScope();
            parameter.Value.CopyFrom(weights.ReadFloat32(parameter.Name, parameter.Value.Shape.ToArray(), model.Device));
        }
    }
}
