using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Thaw.Cli.Configuration;
using Thaw.Cli.Launch;
using Thaw.Cli.Output;
using Thaw.Cli.Provenance;
using Thaw.Core.Progress;
using Thaw.Learning.Distribution;
using Thaw.Learning.Training;

namespace Thaw.Cli.Verbs;

/// <summary>What the verbs that train have in common: a configuration, a folder, and the final metrics as result.</summary>
/// <param name="name">As on the command line; the resolved configuration is written to <c>NAME.yaml</c>.</param>
/// <param name="run">Trains and gives the folder of the last checkpoint; of several ranks each calls it.</param>
internal sealed class TrainingVerb<TOptions>(string name, Func<TOptions, IProgress<WorkProgress>?, Ranks, CancellationToken, string> run)
    where TOptions : TrainingOptions
{
    private readonly bool _acceptsRanks = true;

    /// <summary>One that runs in one process only.</summary>
    public TrainingVerb(string name, Func<TOptions, IProgress<WorkProgress>?, CancellationToken, string> run)
        : this(name, (options, progress, _, cancellation) => run(options, progress, cancellation)) => _acceptsRanks = false;

    /// <summary>Does what the options ask for in place of training, and gives the exit code; null where they ask for training.</summary>
    public Func<TOptions, Reporting, CancellationToken, int?> Instead { get; init; } = (_, _, _) => null;

    /// <summary>Further members of the result, when the run is over.</summary>
    public Func<TOptions, IEnumerable<KeyValuePair<string, JsonNode?>>> Facts { get; init; } = _ => [];

    public Command Create(string description, string example) => ConfiguredVerb.Create<TOptions>(name, description, example, Run, _acceptsRanks);

    public int Run(TOptions options, Reporting reporting, CancellationToken cancellation)
    {
        if (Instead(options, reporting, cancellation) is { } code)
        {
            return code;
        }

        options.Validate();
        var device = options.Device;
        (var ranks, options) = JobRanks.Join(options);
        using var end = ranks;

        // Measured where nothing says it, so rank 0 decides.
        options = options with { Bf16 = ranks.Any(ranks.IsFirst && ProductType.Resolve(options.Bf16, ProductType.ReadOrNull(Path.Combine(options.OutputDir, name + ".yaml")), options.Device)) };
        var configuration = ConfigurationWriter.Write(options with { Device = device });
        ranks.RequireSame("configuration", configuration);
        var checkpoint = ranks.IsFirst ? RunFirst(options, configuration, ranks, reporting, cancellation) : run(options, null, ranks, cancellation);
        ranks.Complete();
        return ranks.IsFirst ? Conclude(options, checkpoint, reporting) : ExitCode.Ok;
    }

    private string RunFirst(TOptions options, string configuration, Ranks ranks, Reporting reporting, CancellationToken cancellation)
    {
        OutputFolder.Prepare(options.OutputDir);
        return TrainingRecord.Around(name, options, configuration, reporting, () => run(options, reporting.Progress, ranks, cancellation));
    }

    private int Conclude(TOptions options, string checkpoint, Reporting reporting)
    {
        reporting.Say($"checkpoint: {checkpoint}");
        var final = new JsonObject { ["checkpoint"] = checkpoint };
        var summary = TrainingSummary.Read(options.OutputDir);
        if (summary.BestMetric is { } best)
        {
            reporting.Say(string.Create(CultureInfo.InvariantCulture, $"best: {best:0.000} at {summary.BestModelCheckpoint}"));
            (final["best_metric"], final["best_model_checkpoint"], final["last_checkpoint"]) = (best, summary.BestModelCheckpoint, summary.LastCheckpoint);
        }

        var metrics = MetricsFile.Read(options.OutputDir);
        foreach (var (key, value) in metrics.Where(m => m.Step == metrics[^1].Step).SelectMany(m => m.Values))
        {
            final[key] = value;
        }

        foreach (var (key, value) in Facts(options))
        {
            final[key] = value;
        }

        reporting.Result(final);
        return ExitCode.Ok;
    }
}
