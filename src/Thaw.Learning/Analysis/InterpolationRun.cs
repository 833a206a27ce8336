using System.Globalization;
using System.Text.Json;
using Thaw.Core.Evaluation;
using Thaw.Core.Generation;
using Thaw.Core.Progress;
using Thaw.Core.Storage;
using Thaw.Core.Tasks;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Collecting;
using Thaw.Learning.Studies;
using Thaw.Torch;

namespace Thaw.Learning.Analysis;

/// <summary>Plays mixtures of a base and a tuned model under several splits. Results of mixtures that are finished are kept, also where others are asked for later.</summary>
public sealed class InterpolationRun(InterpolationOptions options, string commit, IProgress<WorkProgress>? progress)
{
    private const string ClaimName = "interpolation.json";
    private const string ModelName = "model";
    private const string ValidationName = "validation";

    private readonly ITask _task = TaskCatalog.Find(options.Task);

    /// <exception cref="OperationCanceledException">Running again goes on where this stopped.</exception>
    /// <exception cref="InvalidDataException">The models do not fit together, or the folder holds results of others.</exception>
    public InterpolationReport Run(CancellationToken cancellation)
    {
        options.Validate();
        var splits = options.Splits.Select(_task.FindSplit).ToList();
        // By what a model should do: obeying words that are not scored is no merit.
        var merits = splits.Where(split => split.Kind is SplitKind.Id or SplitKind.Instruction or SplitKind.Difficulty).Select(split => split.Name).ToList();
        if (options.SaveBest && merits.Count == 0)
        {
            throw new ArgumentException("--save-best: none of the splits says which model is better; name one of kind id, instruction or difficulty.");
        }

        Claim();
        var points = new List<InterpolationPoint>();
        foreach (var alpha in options.Alphas)
        {
            var point = new InterpolationPoint(alpha, Results(alpha, Fold.Test, splits, cancellation));
            if (options.SaveBest)
            {
                // Never chosen on the reported instances.
                var results = Results(alpha, Fold.Validation, splits, cancellation);
                point = point with { Validation = merits.Average(split => results[split].Success) };
            }

            KeepOrRemoveWeights(alpha, cancellation);
            points.Add(point);
        }

        var report = new InterpolationReport(options.Model, options.Base, _task.Name, points);
        return options.SaveBest ? SaveBest(report, cancellation) : report;
    }

    private InterpolationReport SaveBest(InterpolationReport report, CancellationToken cancellation)
    {
        var best = report.Points.MaxBy(point => point.Validation)!.Alpha;
        var folder = Path.Combine(options.OutputDir, "best");
        WeightInterpolation.Write(options.Model, options.Base, best, folder, cancellation);
        return report with { Best = best, BestFolder = folder };
    }

    private IReadOnlyDictionary<string, SplitResult> Results(double alpha, Fold fold, IReadOnlyList<Split> splits, CancellationToken cancellation)
    {
        var folder = fold == Fold.Test ? FolderOf(alpha) : Path.Combine(FolderOf(alpha), ValidationName);
        if (!File.Exists(Path.Combine(folder, ResultsFile.FileName)))
        {
            Play(alpha, fold, splits, folder, cancellation);
        }

        return ResultsFile.Read(folder).Splits;
    }

    private void Play(double alpha, Fold fold, IReadOnlyList<Split> splits, string folder, CancellationToken cancellation)
    {
        var weights = Path.Combine(FolderOf(alpha), ModelName);
        if (!Directory.Exists(weights))
        {
            WeightInterpolation.Write(options.Model, options.Base, alpha, weights, cancellation);
        }

        using var model = ModelFolder.Load(weights, Device.Parse(options.Device), options.Dtype);
        var settings = new EvaluationOptions
        {
            Instances = options.Instances,
            Seed = options.Seed,
            Fold = fold,
            Sampling = SamplingOptions.Greedy with { MaxNewTokens = options.MaxNewTokens ?? _task.AnswerTokens },
        };
        using var generator = model.Generator();
        var name = fold == Fold.Test ? $"alpha {TextOf(alpha)}" : $"alpha {TextOf(alpha)}, validation";
        var result = new Evaluator(_task, generator, settings).Run(splits, new EvaluationDisplay(name, progress), cancellation);
        var config = new Dictionary<string, string>
        {
            ["model"] = options.Model,
            ["base"] = options.Base,
            ["alpha"] = TextOf(alpha),
            ["task"] = _task.Name,
            ["splits"] = string.Join(",", options.Splits),
            ["fold"] = JsonFormat.NameOf(fold),
            ["instances"] = options.Instances.ToString(CultureInfo.InvariantCulture),
            ["seed"] = options.Seed.ToString(CultureInfo.InvariantCulture),
            ["decoding"] = "greedy",
            ["max_new_tokens"] = settings.Sampling.MaxNewTokens.ToString(CultureInfo.InvariantCulture),
        };
        ResultsFile.Write(folder, result, new ResultsStamp(name, commit, DateTimeOffset.UtcNow, config));
    }

    // All that decides a result, besides which mixtures are asked for.
    private void Claim()
    {
        var identity = new
        {
            options.Task,
            options.Splits,
            options.Instances,
            options.Seed,
            options.MaxNewTokens,
            options.Dtype,
            options.Model,
            ModelSha256 = FolderHash.Of(options.Model),
            options.Base,
            BaseSha256 = FolderHash.Of(options.Base),
        };
        ClaimedFolder.Claim(Path.Combine(options.OutputDir, ClaimName), JsonSerializer.Serialize(identity, JsonFormat.Indented) + "\n", "interpolation");
    }

    private void KeepOrRemoveWeights(double alpha, CancellationToken cancellation)
    {
        var weights = Path.Combine(FolderOf(alpha), ModelName);
        if (!options.SaveAll && Directory.Exists(weights))
        {
            Directory.Delete(weights, recursive: true);
        }
        else if (options.SaveAll && !Directory.Exists(weights))
        {
            WeightInterpolation.Write(options.Model, options.Base, alpha, weights, cancellation);
        }
    }

    private string FolderOf(double alpha) => Path.Combine(options.OutputDir, $"alpha-{TextOf(alpha)}");

    private static string TextOf(double alpha) => alpha.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What mixtures of two models came to.</summary>
public sealed record InterpolationReport(string Model, string Base, string Task, IReadOnlyList<InterpolationPoint> Points)
{
    /// <summary>The share that was best on validation; null where none was chosen.</summary>
    public double? Best { get; init; }

    /// <summary>Its weights.</summary>
    public string? BestFolder { get; init; }
}

/// <param name="Alpha">The share of the tuned model.</param>
/// <param name="Splits">By name, on test instances.</param>
public sealed record InterpolationPoint(double Alpha, IReadOnlyDictionary<string, SplitResult> Splits)
{
    /// <summary>Mean success over the splits of kind id, instruction and difficulty, on validation instances; null where it was not asked for.</summary>
    public double? Validation { get; init; }
}
