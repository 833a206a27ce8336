using System.Globalization;
using Thaw.Learning.Distribution;
using Thaw.Learning.Models;
using Thaw.Learning.Objectives;

namespace Thaw.Learning.Training;

/// <summary>What a <see cref="TrainingLoop"/> is given besides its settings.</summary>
/// <param name="Phase">For the progress display: <c>frozen-answer: training</c>.</param>
/// <param name="RowsOf">The rows of a step, from 1, of all ranks; the same step always gives the same rows.</param>
/// <param name="WriteExtras">Adds configuration and tokenizer files to a checkpoint folder.</param>
public sealed record TrainingJob(
    string Phase, TrainingOptions Options, Decoder Model, Func<int, IReadOnlyList<TrainingExample>> RowsOf, Action<string> WriteExtras)
{
    public LossPlan Loss { get; init; } = LossPlan.CrossEntropy;

    /// <summary>Further metrics of the step that was just made; one that all jobs have is taken from here instead.</summary>
    public Func<TrainingStep, IEnumerable<KeyValuePair<string, double>>> MetricsOf { get; init; } = _ => [];

    /// <summary>Told of every step after its update, before it is logged; an exception ends the run.</summary>
    public Action<TrainingStep>? OnStep { get; init; }

    /// <summary>What the display shows of a step; its loss where nothing else is said.</summary>
    public Func<TrainingStep, string> NoteOf { get; init; } = step => string.Create(CultureInfo.InvariantCulture, $"loss {step.Loss:0.000}");

    /// <summary>Told the folder and step of the checkpoint from which the run goes on.</summary>
    public Action<string, int>? OnResume { get; init; }

    /// <summary>Called with the steps made so far wherever <see cref="TrainingOptions.EvalSteps"/> asks for it; gives metrics and a note for the display. Null for none.</summary>
    public Func<int, CancellationToken, (IReadOnlyDictionary<string, double> Metrics, string Note)>? Evaluate { get; init; }

    internal bool Evaluates => Evaluate is not null && Options.EvalSteps > 0;

    /// <summary>Rows of the data, for the metric <c>epoch</c>; null where the data has no end.</summary>
    public long? RowsPerEpoch { get; init; }

    /// <summary>The processes that train together. All of them have the same job; rank 0 alone writes, evaluates and reports.</summary>
    public Ranks Ranks { get; init; } = Ranks.Alone;

    /// <summary>A hash of the data, by which ranks see that they have the same.</summary>
    public Func<string> DataFingerprint { get; init; } = () => "";

    /// <summary>Tells how long steps and evaluations take.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
