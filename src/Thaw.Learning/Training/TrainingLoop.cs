using System.Diagnostics;
using System.Globalization;
using Thaw.Core.Progress;
using Thaw.Learning.Models;
using Thaw.Learning.Objectives;

namespace Thaw.Learning.Training;

/// <summary>What a <see cref="TrainingLoop"/> is given besides its settings.</summary>
/// <param name="Phase">For the progress display: <c>frozen-answer: training</c>.</param>
/// <param name="RowsOf">The rows of a step, from 1; the same step always gives the same rows.</param>
/// <param name="WriteExtras">Adds configuration and tokenizer files to a checkpoint folder.</param>
public sealed record TrainingJob(
    string Phase, TrainingOptions Options, Decoder Model, Func<int, IReadOnlyList<TrainingExample>> RowsOf, Action<string> WriteExtras)
{
    public LossPlan Loss { get; init; } = LossPlan.CrossEntropy;

    /// <summary>Further metrics of the step that was just made.</summary>
    public Func<TrainingStep, IEnumerable<KeyValuePair<string, double>>> MetricsOf { get; init; } = _ => [];

    /// <summary>What the display shows of a step; its loss where nothing else is said.</summary>
    public Func<TrainingStep, string> NoteOf { get; init; } = step => string.Create(CultureInfo.InvariantCulture, $"loss {step.Loss:0.000}");

    /// <summary>Told the folder and step of the checkpoint from which the run goes on.</summary>
    public Action<string, int>? OnResume { get; init; }

    /// <summary>Called after each step that <see cref="EvaluateAt"/> names, and at step 0; gives metrics and a note for the display.</summary>
    public Func<int, CancellationToken, (IReadOnlyDictionary<string, double> Metrics, string Note)>? Evaluate { get; init; }

    public Func<int, bool> EvaluateAt { get; init; } = _ => false;
}

/// <summary>Steps, metrics, checkpoints and resuming; the same for pretraining and fine-tuning.</summary>
public static class TrainingLoop
{
    /// <summary>Trains to <see cref="TrainingOptions.MaxSteps"/>, from the newest checkpoint if the options say so.</summary>
    /// <returns>The folder of the last checkpoint.</returns>
    /// <exception cref="OperationCanceledException">Between two steps a checkpoint was written first; within an evaluation the one before it stands.</exception>
    public static string Run(TrainingJob job, IProgress<WorkProgress>? progress, CancellationToken cancellation)
    {
        var options = job.Options;
        options.Validate();
        using var optimizer = options.CreateOptimizer(job.Model.TrainedParameters);
        var done = Resume(job, optimizer);

        // A run without a checkpoint evaluates at step 0 again.
        var metrics = new MetricsFile(options.OutputDir, lastStep: done == 0 ? -1 : done);
        using var events = new EventFile(options.OutputDir, lastStep: done == 0 ? -1 : done);
        using var trainer = new SupervisedTrainer(job.Model, optimizer, options.Schedule(), options.MaxGradNorm, job.Loss);
        var note = "";
        if (done == 0)
        {
            Evaluate(0);
        }

        var clock = Stopwatch.StartNew();
        var (first, tokens) = (done, 0L);
        while (done < options.MaxSteps)
        {
            if (cancellation.IsCancellationRequested)
            {
                // An evaluation that was cut off is not saved behind: it comes again after resuming.
                if (done > first)
                {
                    Save();
                }

                cancellation.ThrowIfCancellationRequested();
            }

            var batches = trainer.Cut(job.RowsOf(done + 1), options.MicroBatchSize, options.Layout());
            tokens += batches.Sum(batch => batch.TokenCount);
            var step = trainer.Step(batches);
            done = step.Number;
            if (done % options.LoggingSteps == 0 || done == options.MaxSteps)
            {
                Log(done, Values(step, tokens, clock.Elapsed).Concat(job.MetricsOf(step)));
            }

            Report(step);
            Evaluate(done);
            if (options.SaveSteps > 0 && done % options.SaveSteps == 0 && done < options.MaxSteps)
            {
                Save();
            }
        }

        return done > first || !Directory.Exists(TrainingCheckpoint.PathOf(options.OutputDir, done)) ? Save() : TrainingCheckpoint.PathOf(options.OutputDir, done);

        void Report(TrainingStep step) => progress?.Report(new WorkProgress(
            job.Phase, step.Number, options.MaxSteps, job.NoteOf(step) + note));

        void Evaluate(int step)
        {
            if (job.Evaluate is not null && job.EvaluateAt(step))
            {
                var watch = Stopwatch.StartNew();
                var (values, text) = job.Evaluate(step, cancellation);
                Log(step, values.Append(KeyValuePair.Create("eval/runtime", watch.Elapsed.TotalSeconds)));
                note = ", " + text;
            }
        }

        void Log(int step, IEnumerable<KeyValuePair<string, double>> values)
        {
            var all = values.ToList();
            metrics.Append(step, all);
            events.Append(step, all);
        }

        string Save()
        {
            var folder = TrainingCheckpoint.Write(options.OutputDir, done, job.Model, optimizer, job.Loss, job.WriteExtras);
            TrainingCheckpoint.DeleteOld(options.OutputDir, options.SaveTotalLimit);
            return folder;
        }
    }

    private static int Resume(TrainingJob job, IOptimizer optimizer)
    {
        var folder = job.Options.ResumeFromCheckpoint switch
        {
            "auto" => TrainingCheckpoint.FindNewestOrNull(job.Options.OutputDir),
            "never" => null,
            var named => named,
        };
        if (folder is null)
        {
            return 0;
        }

        var step = TrainingCheckpoint.Restore(folder, job.Model, optimizer, job.Loss);
        job.OnResume?.Invoke(folder, step);
        return step;
    }

    private static IEnumerable<KeyValuePair<string, double>> Values(TrainingStep step, long tokens, TimeSpan elapsed) =>
    [
        new("loss", step.Loss),
        new("ce_loss", step.CrossEntropy),
        new("mean_token_accuracy", step.Accuracy),
        new("grad_norm", step.GradientNorm),
        new("learning_rate", step.LearningRate),
        new("train/tok_per_sec", tokens / elapsed.TotalSeconds),
    ];
}
