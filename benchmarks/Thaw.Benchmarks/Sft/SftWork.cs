using Thaw.Core.Demonstrations;
using Thaw.Core.Tasks;
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

    /// <summary>Likewise, the rows.</summary>
    public int UsefulExamples => Batches.Skip(1).Sum(rows => rows.Count);

    /// <summary>The paper's rows, as <c>thaw gen --preset paper</c> writes them: 3,981 positions on the plans of its thousand rooms, with its words where they are diverse.</summary>
    public static SftWork Paper(BenchmarkOptions benchmark, Diversity diversity)
    {
        var path = Path.Combine(Path.GetTempPath(), $"thaw-paper-{Environment.ProcessId}.jsonl");
        try
        {
            var plan = new DemonstrationPlan(diversity, Seed: 1, Pool: diversity == Diversity.Diverse ? "paper" : null);
            DemonstrationFile.Write(path, ((IReferenceTeacher)TaskCatalog.FindReference("sokoban")).DemonstrateTraining(plan));
            return Of(SettingsOf(benchmark, diversity) with { DatasetName = path });
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The rows of the quickstart study.</summary>
    /// <remarks>As many as there: among few the rows of a batch would be more alike.</remarks>
    public static SftWork Quickstart(BenchmarkOptions benchmark, Diversity diversity) => Of(SettingsOf(benchmark, diversity) with { DatasetSize = 76_800, ExtraStarts = 4 });

    private static SftWork Of(SftOptions options)
    {
        using var model = ModelFolder.Load(options.ModelNameOrPath);
        var data = SftData.Load(options, model);
        return new SftWork(options, [.. Enumerable.Range(1, options.MaxSteps).Select(data.RowsOf)]);
    }

    // Those of the quickstart study, with a learning rate that does not change.
    private static SftOptions SettingsOf(BenchmarkOptions benchmark, Diversity diversity) => new()
    {
        ModelNameOrPath = benchmark.Model,
        Diversity = diversity,
        PerDeviceTrainBatchSize = 128,
        MicroBatchSize = 64,
        LearningRate = 1e-3,
        LrSchedulerType = ScheduleKind.Constant,
        WarmupRatio = 0.0,
        MaxSteps = benchmark.Steps + 1,
        FreezeEmbeddings = true,
        Bf16 = benchmark.ComputeType == DType.BFloat16,
    };
}
