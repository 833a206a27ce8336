using System.Text.Json;
using Thaw.Core.Storage;
using Thaw.Learning.Sft;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Benchmarks.Sft;

/// <summary>The work as both sides read it from one file: settings and the rows of every step, the one that warms up first.</summary>
/// <param name="Dtype">Of the matrix products: <c>float32</c> or <c>bfloat16</c>.</param>
internal sealed record SftJob(
    string Model,
    string Dtype,
    int Threads,
    bool FreezeEmbeddings,
    double LearningRate,
    double WeightDecay,
    double Beta1,
    double Beta2,
    double Epsilon,
    double MaxGradNorm,
    SftJob.Row[][] Batches)
{
    public static SftJob Of(SftWork work) => new(
        Path.GetFullPath(work.Options.ModelNameOrPath),
        SftBenchmark.NameOf(work.Options.ComputeType()),
        TorchRuntime.Threads,
        work.Options.FreezeEmbeddings,
        work.Options.LearningRate,
        work.Options.WeightDecay,
        work.Options.AdamBeta1,
        work.Options.AdamBeta2,
        work.Options.AdamEpsilon,
        work.Options.MaxGradNorm,
        [.. work.Batches.Select(rows => rows.Select(row => new Row(row.Ids, Array.IndexOf(row.IsTarget, true))).ToArray())]);

    public static SftJob Read(string path) => JsonSerializer.Deserialize<SftJob>(File.ReadAllText(path), JsonFormat.Line)!;

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, JsonFormat.Line));

    public SftOptions Options() => new()
    {
        ModelNameOrPath = Model,
        Bf16 = Dtype == "bfloat16",
        FreezeEmbeddings = FreezeEmbeddings,
        LearningRate = LearningRate,
        LrSchedulerType = ScheduleKind.Constant,
        WarmupRatio = 0.0,
        WeightDecay = WeightDecay,
        AdamBeta1 = Beta1,
        AdamBeta2 = Beta2,
        AdamEpsilon = Epsilon,
        MaxGradNorm = MaxGradNorm,
        MaxSteps = Batches.Length,
    };

    /// <param name="Prompt">Tokens before the completion.</param>
    internal sealed record Row(int[] Ids, int Prompt)
    {
        public TrainingExample ToExample() => TrainingExample.FromPromptAndCompletion(Ids[..Prompt], Ids[Prompt..]);
    }
}
