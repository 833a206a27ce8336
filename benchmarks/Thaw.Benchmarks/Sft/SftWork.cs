using Thaw.Core.Demonstrations;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Sft;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Benchmarks.Sft;

/// <summary>The work that both sides do: one batch a step, made as <see cref="SftRun"/> makes them.</summary>
internal sealed record SftWork(SftOptions Options, IReadOnlyList<IReadOnlyList<TrainingExample>> Batches)
{
    /// <summary>Tokens of the rows, padding not counted, in the timed steps: all but the first.</summary>
    public long UsefulTokens => Batches.Skip(1).Sum(rows => rows.Sum(row => (long)row.Ids.Length));

    /// <summary>Settings of the quickstart study, with a learning rate that does not change.</summary>
    /// <remarks>The data set is as large as there: in a small one the rows of a batch would be more alike.</remarks>
    public static SftWork Make(BenchmarkOptions benchmark, Diversity diversity)
    {
        var options = new SftOptions
        {
            ModelNameOrPath = benchmark.Model,
            Diversity = diversity,
            DatasetSize = 76_800,
            ExtraStarts = 4,
            PerDeviceTrainBatchSize = 128,
            MicroBatchSize = 64,
            LearningRate = 1e-3,
            LrSchedulerType = ScheduleKind.Constant,
            WarmupRatio = 0.0,
            MaxSteps = benchmark.Steps + 1,
            FreezeEmbeddings = true,
            Bf16 = benchmark.ComputeType == DType.BFloat16,
        };
        using var model = ModelFolder.Load(options.ModelNameOrPath);
        var data = SftData.Load(options, model);
        return new SftWork(options, [.. Enumerable.Range(1, options.MaxSteps).Select(data.RowsOf)]);
    }
}
