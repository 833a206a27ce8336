using System.Diagnostics;
using Thaw.Benchmarks.Output;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Training;

namespace Thaw.Benchmarks.Sft;

/// <summary>Our side of the work, in this process.</summary>
internal static class ThawSide
{
    /// <summary>All steps from the weights of the checkpoint. Timed is what a training loop does: cutting into batches, and the step.</summary>
    public static SideRound Run(SftWork work)
    {
        var options = work.Options;
        using var model = ModelFolder.Load(options.ModelNameOrPath);
        model.Decoder.ComputeType = options.ComputeType();
        if (options.FreezeEmbeddings)
        {
            model.Decoder.FreezeEmbeddings();
        }

        using var optimizer = options.CreateOptimizer(model.Decoder.Parameters);
        using var trainer = new SupervisedTrainer(model.Decoder, optimizer, options.Schedule(), options.MaxGradNorm);
        var (losses, seconds, cpuSeconds, computed) = (new List<double>(), new List<double>(), new List<double>(), new List<long>());
        foreach (var rows in work.Batches)
        {
            var (start, cpuStart) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            var batches = trainer.Cut(rows, options.MicroBatchSize, options.Layout());
            losses.Add(trainer.Step(batches).Loss);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            cpuSeconds.Add((Environment.CpuUsage.TotalTime - cpuStart).TotalSeconds);
            computed.Add(batches.Sum(batch => batch.TokenCount));
        }

        return new SideRound(losses, seconds, cpuSeconds, computed, MachineFacts.PeakMegabytes());
    }
}
