using System.Diagnostics;
using Thaw.Core.Generation;
using Thaw.Core.Randomness;
using Thaw.Core.Tasks;

namespace Thaw.Core.Evaluation;

/// <summary>Plays a task's instances under several splits and counts what comes of it.</summary>
/// <remarks>
/// All episodes of all splits take their turns together, so that the model answers large batches. The same options give the same
/// episodes, whichever splits are played beside each other, if the generator's answers do not depend on its batch.
/// </remarks>
public sealed class Evaluator(ITask task, ITextGenerator generator, EvaluationOptions options)
{
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was asked for between two batches.</exception>
    public EvaluationResult Run(
        IReadOnlyList<Split> splits, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Instances);
        var clock = Stopwatch.StartNew();
        var games = Begin(splits);
        Play(games, progress, cancellation);

        var episodes = games.ConvertAll(game => game.Record(task.Name));
        var results = new OrderedDictionary<string, SplitResult>();
        foreach (var split in splits)
        {
            results.Add(split.Name, SplitResult.Of([.. episodes.Where(episode => episode.Split == split.Name)]));
        }

        return new EvaluationResult(task.Name, results, episodes, clock.Elapsed);
    }

    private List<Game> Begin(IReadOnlyList<Split> splits)
    {
        var families = new Dictionary<string, IReadOnlyList<IInstance>>();
        var games = new List<Game>();
        foreach (var split in splits)
        {
            if (!families.TryGetValue(split.InstanceFamily, out var instances))
            {
                instances = task.DrawInstances(split, options.Fold, options.Instances, options.Seed);
                families.Add(split.InstanceFamily, instances);
            }

            games.AddRange(instances.Select((instance, index) =>
                new Game(split.Name, index, instance, task.Begin(split, instance, options.Seed))));
        }

        return games;
    }

    private void Play(List<Game> games, IProgress<EvaluationProgress>? progress, CancellationToken cancellation)
    {
        var (turn, answered) = (0, 0);
        var player = new GreedyMemory(new BatchedGenerator(generator, options.BatchSize, batch =>
        {
            answered += batch;
            Report();
        }));

        while (games.FindAll(game => !game.Episode.IsOver) is { Count: > 0 } open)
        {
            turn++;
            cancellation.ThrowIfCancellationRequested();
            var sampling = options.Sampling with { Seed = SplitMix64.SeedOf(options.Seed, $"turn/{turn}/{options.Sampling.Seed}") };
            var completions = player.Generate(open.ConvertAll(game => game.Episode.Prompt), sampling, cancellation);
            for (var i = 0; i < open.Count; i++)
            {
                open[i].Play(completions[i].Text);
            }

            Report();
        }

        void Report() => progress?.Report(new EvaluationProgress(turn, games.Count(game => game.Episode.IsOver), games.Count, answered));
    }

    private sealed class Game(string split, int index, IInstance instance, IEpisode episode)
    {
        private readonly List<TurnRecord> _turns = [];

        public IEpisode Episode => episode;

        public void Play(string completion)
        {
            var (drawing, prompt) = (episode.Drawing, episode.Prompt.Text);
            var verdict = episode.Play(completion);
            _turns.Add(new TurnRecord(drawing, prompt, completion, verdict.Answer, verdict.IsValid, verdict.Reason));
        }

        public EpisodeRecord Record(string task) => new(
            task, split, index, instance.Id, episode.StatedBinding, episode.ScoredBinding, episode.IsSolved, episode.Reason, _turns)
        {
            CanonicalId = instance.CanonicalId,
        };
    }
}
