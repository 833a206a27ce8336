using System.Globalization;
using Thaw.Core.Progress;
using Thaw.Learning.Distribution;

namespace Thaw.Learning.Training;

/// <summary>One start of a run, from its first step to its last.</summary>
internal sealed class TrainingSession : IDisposable
{
    private readonly TrainingJob _job;
    private readonly TrainingOptions _options;
    private readonly WeightAverage? _average;
    private readonly Checkpoints _checkpoints;
    private readonly SupervisedTrainer _trainer;
    private readonly TrainingLog? _log;
    private readonly StepPace _pace;
    private readonly EvaluationBudget _budget;
    private readonly IProgress<WorkProgress>? _progress;
    private string _note = "";

    public TrainingSession(
        TrainingJob job, IOptimizer optimizer, WeightAverage? average, Checkpoints checkpoints, TrainingState state, IProgress<WorkProgress>? progress)
    {
        (_job, _options, _average, _checkpoints, _progress, State) = (job, job.Options, average, checkpoints, progress, state);
        _log = job.Ranks.IsFirst ? new TrainingLog(_options, state.Step) : null;
        _pace = new StepPace(job);
        _budget = new EvaluationBudget(_options.Best.IsAsked ? 1.0 : _options.EvalMaxTimeShare, job.Clock);
        _trainer = new SupervisedTrainer(job.Model, optimizer, _options.Schedule(), _options.MaxGradNorm, job.Loss, job.Ranks);
    }

    public TrainingState State { get; private set; }

    public void Run(CancellationToken cancellation)
    {
        var first = State.Step;
        var isUnfinished = State.EvaluationPending;
        if (first == 0 || isUnfinished)
        {
            EvaluateAndSave(first, cancellation);
        }

        while (State.Step < _options.MaxSteps && !_options.Best.IsExhausted(State))
        {
            try
            {
                if (_job.Ranks.Any(cancellation.IsCancellationRequested))
                {
                    throw new OperationCanceledException(cancellation);
                }

                Step();
            }
            catch (OperationCanceledException) when (State.Step > first)
            {
                // Between two steps, or while rows were sampled.
                _checkpoints.Save(State);
                throw;
            }

            EvaluateAndSave(first, cancellation);
        }

        if (State.Step > first || isUnfinished || !_checkpoints.Has(State.Step))
        {
            _checkpoints.Save(State);
        }
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _log?.Dispose();
    }

    private void EvaluateAndSave(int first, CancellationToken cancellation)
    {
        bool isBest;
        try
        {
            isBest = Evaluate(cancellation);
        }
        catch (OperationCanceledException) when (State.Step > first)
        {
            _checkpoints.Save(State with { EvaluationPending = true });
            throw;
        }

        State = State with { EvaluationPending = false };
        if (isBest || (_options.SaveSteps > 0 && State.Step % _options.SaveSteps == 0 && State.Step > 0 && State.Step < _options.MaxSteps))
        {
            _checkpoints.Save(State);
        }
    }

    private void Step()
    {
        _pace.Begin();
        var rows = _job.RowsOf(State.Step + 1);
        var own = RowShares.Of(rows, _job.Ranks.Number, _job.Ranks.Count);
        var batches = _trainer.Cut(own, _options.RowsAtOnce, _options.Layout());
        var isLogged = (State.Step + 1) % _options.LoggingSteps == 0 || State.Step + 1 == _options.MaxSteps;
        var step = _trainer.Step(batches, isLogged);
        _job.OnStep?.Invoke(step);
        _average?.Update();
        State = State with { Step = step.Number, Tokens = State.Tokens + rows.Sum(row => (long)row.Ids.Length) };
        _pace.End(rows, batches);
        if (isLogged && _log is not null)
        {
            var ofJob = _job.MetricsOf(step).ToList();
            _log.Append(step.Number, Values(step).Where(value => ofJob.TrueForAll(other => other.Key != value.Key)).Concat(ofJob).Concat(_pace.TakeMetrics()));
        }

        _progress?.Report(new WorkProgress(
            _job.Phase, step.Number, _options.MaxSteps, string.Create(CultureInfo.InvariantCulture, $"{_job.NoteOf(step)}, {_pace.TokensPerSecond:0} tok/s{_note}")));
    }

    // At the start, at each so many steps, and at the end.
    private bool IsEvaluated => _job.Evaluates && (State.Step % _options.EvalSteps == 0 || State.Step == _options.MaxSteps);

    /// <returns>Whether the weights are the best so far.</returns>
    private bool Evaluate(CancellationToken cancellation)
    {
        if (!IsEvaluated)
        {
            return false;
        }

        // Rank 0 evaluates; the others wait and take over what it found.
        var isBest = false;
        _job.Ranks.OnFirst(token => isBest = EvaluateHere(token), cancellation);
        isBest = _job.Ranks.Any(isBest);
        State = State.SharedBy(_job.Ranks);
        return isBest;
    }

    private bool EvaluateHere(CancellationToken cancellation)
    {
        var step = State.Step;
        if (step > 0 && step < _options.MaxSteps && _budget.SecondsWithoutRoom() is { } seconds)
        {
            _log?.Append(step, [new(EvaluationBudget.Metric, seconds)]);
            _note = string.Create(CultureInfo.InvariantCulture, $", evaluation put off: {seconds:0} s are more than eval_max_time_share {_options.EvalMaxTimeShare:0.##}");
            return false;
        }

        var began = _job.Clock.GetTimestamp();
        var (values, text) = Measure(cancellation);
        var runtime = _job.Clock.GetElapsedTime(began);
        _budget.Spend(runtime);
        var (state, isBest) = _options.Best.Judge(State, values);
        State = state;
        _log?.Append(step, values.Concat(BestCheckpoint.Metrics(State)).Append(new("eval/runtime", runtime.TotalSeconds)));
        _note = ", " + text + (_options.Best.IsExhausted(State) ? $", stopped: no gain in {State.EvaluationsWithoutGain} evaluations" : "");
        return isBest;
    }

    // What is handed over is what is measured.
    private (IReadOnlyDictionary<string, double> Metrics, string Note) Measure(CancellationToken cancellation)
    {
        _average?.Swap();
        try
        {
            return _job.Evaluate!(State.Step, cancellation);
        }
        finally
        {
            _average?.Swap();
        }
    }

    private IEnumerable<KeyValuePair<string, double>> Values(TrainingStep step)
    {
        yield return new("loss", step.Loss);
        yield return new("ce_loss", step.CrossEntropy);
        yield return new("entropy", step.Entropy);
        yield return new("mean_token_accuracy", step.Accuracy);
        yield return new("grad_norm", step.GradientNorm);
        yield return new("learning_rate", step.LearningRate);
        yield return new("num_tokens", State.Tokens);
        if (_checkpoints.EpochOf(step.Number) is { } epoch)
        {
            yield return new("epoch", epoch);
        }
    }
}
