using System.Diagnostics;
using Thaw.Benchmarks.Output;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Benchmarks.Sft;

/// <summary>Our side of the work.</summary>
internal static class ThawSide
{
    /// <summary>The hidden verb that its process is started with.</summary>
    public const string Verb = "sft-side";

    public static int Serve(string jobFile)
    {
        var job = SftJob.Read(jobFile);
        TrainingExample[][] batches = [.. job.Batches.Select(rows => rows.Select(row => row.ToExample()).ToArray())];
        return SideProcess.Serve(() => Run(job, batches));
    }

    /// <summary>All steps from the weights of the checkpoint. Timed is what a training loop does: cutting into batches, and the step.</summary>
    private static SideRound Run(SftJob job, TrainingExample[][] steps)
    {
        var options = job.Options();
        using var model = ModelFolder.Load(options.ModelNameOrPath);
        model.Decoder.ComputeType = options.ComputeType();
        if (options.FreezeEmbeddings)
        {
            model.Decoder.FreezeEmbeddings();
        }

        using var optimizer = options.CreateOptimizer(model.Decoder.Parameters);
        using var trainer = new SupervisedTrainer(model.Decoder, optimizer, options.Schedule(), options.MaxGradNorm);
        var (losses, seconds, cpuSeconds, computed) = (new List<double>(), new List<double>(), new List<double>(), new List<long>());
        foreach (var rows in steps)
        {
            var (start, cpuStart) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            var batches = trainer.Cut(rows, options.MicroBatchSize, options.Layout());
            losses.Add(trainer.Step(batches).Loss);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            cpuSeconds.Add((Environment.CpuUsage.TotalTime - cpuStart).TotalSeconds);
            computed.Add(batches.Sum(batch => batch.TokenCount));
        }

        return new SideRound(losses, seconds, cpuSeconds, computed, MachineFacts.PeakMegabytes(), TorchRuntime.Version);
    }
}
