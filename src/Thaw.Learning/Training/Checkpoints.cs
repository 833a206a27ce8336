namespace Thaw.Learning.Training;

/// <summary>The checkpoints of one run: where it goes on, what is kept, what is handed over in the end.</summary>
/// <param name="say">Told what a person must know of the checkpoint that the run goes on from.</param>
internal sealed class Checkpoints(TrainingJob job, IOptimizer optimizer, WeightAverage? average, Action<string>? say)
{
    private readonly TrainingOptions _options = job.Options;

    /// <summary>Takes over the checkpoint that the options name. Later ones of an earlier history are set aside: they are not of this run any more.</summary>
    public TrainingState Resume()
    {
        var state = Restore();
        if (job.Ranks.IsFirst && Directory.Exists(_options.OutputDir))
        {
            TrainingCheckpoint.SetAside(_options.OutputDir, state.Step);
        }

        return state;
    }

    /// <summary>Rank 0 writes; the others send it their part of the optimizer's state.</summary>
    public void Save(TrainingState state)
    {
        if (!job.Ranks.IsFirst)
        {
            optimizer.WriteState(Stream.Null);
            return;
        }

        var text = state.Write(_options.RowsPerUpdate, EpochOf(state.Step), _options.Best, MetricsFile.Read(_options.OutputDir));
        TrainingCheckpoint.Write(_options.OutputDir, state.Step, job.Model, optimizer, job.Loss, average, text, job.WriteExtras);
        TrainingCheckpoint.DeleteOld(_options.OutputDir, _options.SaveTotalLimit, state.BestStep);
    }

    public bool Has(int step) => job.Ranks.Any(job.Ranks.IsFirst && Directory.Exists(TrainingCheckpoint.PathOf(_options.OutputDir, step)));

    /// <summary>Passes over the data after a step; null where it has no end.</summary>
    public double? EpochOf(int step) => job.RowsPerEpoch is { } rows ? (double)step * _options.RowsPerUpdate / rows : null;

    /// <summary>Makes the model hold what the options ask for in the end.</summary>
    /// <returns>The folder of the same weights.</returns>
    public string HandOver(TrainingState state)
    {
        if (_options.AverageCheckpoints > 0)
        {
            var steps = TrainingCheckpoint.StepsIn(_options.OutputDir).Where(step => step <= state.Step).TakeLast(_options.AverageCheckpoints);
            return CheckpointAverage.Write(_options.OutputDir, [.. steps], job.Model, job.WriteExtras);
        }

        var step = _options.LoadBestModelAtEnd ? state.BestStep ?? state.Step : state.Step;
        var folder = TrainingCheckpoint.PathOf(_options.OutputDir, step);
        folder = average is null ? folder : Path.Combine(folder, TrainingCheckpoint.AverageName);
        if (average is not null || step != state.Step)
        {
            TrainingCheckpoint.ReadWeights(folder, job.Model);
        }

        return folder;
    }

    private TrainingState Restore()
    {
        // Rank 0 decides, as it cleans up first.
        var folder = job.Ranks.Gather(job.Ranks.IsFirst ? FindOrNull() ?? "" : "")[0];
        if (folder.Length == 0)
        {
            return new TrainingState(0);
        }

        // The best checkpoint of a run in another folder is not ours to hand over.
        var state = TrainingCheckpoint.Restore(folder, job.Model, optimizer, job.Loss, average);
        if (_options.ResumeFromCheckpoint == "auto" && state.RowsPerStep is { } rows && rows != _options.RowsPerUpdate)
        {
            throw new InvalidDataException(
                $"{folder}: this run was begun with {rows} rows a step, not {_options.RowsPerUpdate}: per_device_train_batch_size times gradient_accumulation_steps times processes must stay the same. Choose another output_dir, or say resume_from_checkpoint never to begin anew.");
        }

        state = state.BestStep is { } best && !Has(best) ? state with { BestMetric = null, BestStep = null } : state;
        job.OnResume?.Invoke(folder, state.Step);
        return state;
    }

    private string? FindOrNull() => _options.ResumeFromCheckpoint switch
    {
        "auto" => TrainingCheckpoint.FindWholeOrNull(_options.OutputDir, say),
        "never" => null,
        var named => named,
    };
}
