using System.Globalization;
using Thaw.Core.Progress;
using Thaw.Core.Tasks;
using Thaw.Learning.Distribution;
using Thaw.Learning.Objectives;
using Thaw.Learning.Training;

namespace Thaw.Learning.Grpo;

/// <summary>Group relative policy optimisation (arXiv 2402.03300) from a checkpoint folder to a checkpoint folder.</summary>
public static class GrpoRun
{
    /// <summary>In float32 sampler and trainer agree to about 1e-6; a greater gap than this is worth a word.</summary>
    private const double NotableGap = 1e-4;

    /// <param name="name">What the run is called on the display.</param>
    /// <param name="ranks">The processes that train together; null is this one alone. All of them must call.</param>
    /// <returns>The folder of the last checkpoint.</returns>
    /// <exception cref="SamplerGapException">See <see cref="GrpoOptions.MaxSamplerGap"/>.</exception>
    public static string Run(GrpoOptions options, string name, IProgress<WorkProgress>? progress, CancellationToken cancellation, Ranks? ranks = null)
    {
        ranks ??= Ranks.Alone;
        options.Validate();
        options = options with { RankCount = ranks.Count };
        var task = TaskCatalog.Find(options.Task);
        IPractice practice = null!;
        ranks.Together(token => practice = options.Rollout == RolloutKind.Episode ? new EpisodePractice(task, options, token) : new QuestionPractice(task, options, token), cancellation);
        options = options with
        {
            MaxSteps = options.StepsOf((double)practice.Count / options.GroupsPerRound, $"{practice.Count} prompts, {options.GroupsPerRound} in a round", options.UpdatesPerRound),
        };
        using var model = options.LoadModel();
        (practice as QuestionPractice)?.RequireRoom(model, options);
        using var @base = options.NeedsBase ? model.Decoder.FrozenCopy() : null;
        using var sampler = new RolloutSampler(model, practice, options.UseKlInReward ? new BaseLog(@base!, options) : null, options, ranks);
        var rounds = new Rounds(practice, sampler, options);
        var samples = options.LogCompletions ? new CompletionLog(model.Tokenizer, practice.Rewards.Names, options) : null;
        var job = new TrainingJob($"{name}: training", options, model.Decoder, step => rounds.RowsOf(step, cancellation), WriteExtras)
        {
            // The rows' own weights make another average of this one where loss_type asks for it.
            Loss = new LossPlan(new ClippedPolicy(options.Policy))
            {
                Reference = options.Beta > 0 ? @base : null,
                Temperature = options.Temperature,
            },
            Ranks = ranks,
            DataFingerprint = () => Fingerprint.Of(Enumerable.Range(0, practice.Count).Select(exercise => practice.Begin(exercise).Prompt)),
            OnStep = rounds.Observe,
            MetricsOf = step =>
            {
                samples?.Write(step.Number, rounds.Current!);
                return rounds.MetricsOf(step);
            },
            NoteOf = step => Note(rounds, step),
            OnResume = (folder, _) => rounds.Resume(folder),
            Evaluate = new SplitEvaluation(model, options).Run,
        };
        return TrainingLoop.Run(job, progress, cancellation);

        void WriteExtras(string folder)
        {
            options.CopyExtras(model, folder);
            rounds.Write(folder);
        }
    }

    private static string Note(Rounds rounds, TrainingStep step)
    {
        var gap = rounds.IsFresh(step.Number) && step.OldGap > NotableGap ? $", sampler and trainer differ by {step.OldGap.ToString("0.0e+0", CultureInfo.InvariantCulture)}" : "";
        return string.Create(CultureInfo.InvariantCulture, $"reward {rounds.Current!.Rollouts.Average(r => r.Reward):0.000}{gap}");
    }
}
