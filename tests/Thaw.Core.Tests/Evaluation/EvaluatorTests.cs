using Thaw.Core.Evaluation;
using Thaw.Core.Generation;
using Thaw.Core.Tasks;
using Thaw.Core.Tasks.Sokoban;
using Thaw.Core.Words;

namespace Thaw.Core.Tests.Evaluation;

public class EvaluatorTests
{
    private const int N = 20;

    private static readonly SokobanTask s_task = new();
    private static readonly EvaluationOptions s_options = new() { Instances = N, Seed = 7 };

    [Fact]
    public void Run_ObedientPlayer_SolvesEverythingButFake() => Assert.Equal(
        """
        id 1.00 valid 1.00
        alphabetical 1.00 valid 1.00
        numerical 1.00 valid 1.00
        random 1.00 valid 1.00
        cardinal 1.00 valid 1.00
        emoji 1.00 valid 1.00
        held-out 1.00 valid 1.00
        fake 0.00 valid 0.00 stated_word 20
        larger 1.00 valid 1.00
        two-boxes 1.00 valid 1.00
        complex 1.00 valid 1.00
        empty 1.00 valid 1.00
        fake-cardinal 0.00 valid 0.00 stated_word 20
        fake-emoji 0.00 valid 0.00 stated_word 20
        held-out-family 1.00 valid 1.00
        swapped 1.00 valid 1.00
        distractor 1.00 valid 1.00
        table 1.00 valid 1.00
        prose 1.00 valid 1.00
        german 1.00 valid 1.00
        symbols 1.00 valid 1.00
        paraphrased 1.00 valid 1.00
        """,
        Table(SokobanPlayers.Obedient()));

    [Fact]
    public void Run_FrozenPlayer_ShowsTheFrozenPromptArtefact() => Assert.Equal(
        """
        id 1.00 valid 1.00
        alphabetical 0.00 valid 0.00 training_word 20
        numerical 0.00 valid 0.00 training_word 20
        random 0.00 valid 0.00 training_word 20
        cardinal 0.00 valid 0.00 training_word 20
        emoji 0.00 valid 0.00 training_word 20
        held-out 0.00 valid 0.00 training_word 20
        fake 1.00 valid 1.00
        larger 1.00 valid 1.00
        two-boxes 1.00 valid 1.00
        complex 1.00 valid 1.00
        empty 1.00 valid 1.00
        fake-cardinal 1.00 valid 1.00
        fake-emoji 1.00 valid 1.00
        held-out-family 0.00 valid 0.00 training_word 20
        swapped 0.00 valid 1.00 out_of_turns 20
        distractor 0.00 valid 0.00 training_word 20
        table 0.00 valid 0.00 training_word 20
        prose 0.00 valid 0.00 training_word 20
        german 0.00 valid 0.00 training_word 20
        symbols 1.00 valid 1.00
        paraphrased 1.00 valid 1.00
        """,
        Table(SokobanPlayers.Frozen()));

    [Fact]
    public void Run_RandomWords_SolvesNothing() => Assert.Equal(
        string.Join('\n', s_task.Splits.Select(split => $"{split.Name} 0.00 valid 0.00 unknown_word 20")),
        Table(SokobanPlayers.RandomWord(1, Lexicon.Default.Training)));

    [Fact]
    public void Run_SilentPlayer_GivesNoAnswer() => Assert.Equal(
        string.Join('\n', s_task.Splits.Select(split => $"{split.Name} 0.00 valid 0.00 no_answer 20")),
        Table(new ScriptedPlayer(_ => "I do not know.")));

    [Fact]
    public void Run_RandomValidWords_CountsEveryFailureOnce()
    {
        var result = Run(SokobanPlayers.RandomWord(1, ["Up", "Down", "Left", "Right", "fox"]), "id", "numerical")["id"];

        Assert.InRange(result.Success, 0, 0.5);
        Assert.InRange(result.Validity, 0.5, 0.95);
        Assert.Equal(N - (int)Math.Round(result.Success * N), result.Reasons.Values.Sum());
    }

    [Fact]
    public void Run_SplitsTogetherOrAlone_GivesTheSameEpisodes()
    {
        var player = SokobanPlayers.RandomWord(3, ["Up", "Down", "Left", "Right", "1", "2", "3", "4"]);
        var together = new Evaluator(s_task, player, s_options).Run([s_task.FindSplit("id"), s_task.FindSplit("numerical")]);
        var alone = new Evaluator(s_task, player, s_options with { BatchSize = 3 }).Run([s_task.FindSplit("numerical")]);

        Assert.Equal(
            together.Episodes.Where(episode => episode.Split == "numerical").SelectMany(episode => episode.Turns),
            alone.Episodes.SelectMany(episode => episode.Turns));
    }

    [Fact]
    public void Run_Splits_PlayTheSameInstances()
    {
        var episodes = new Evaluator(s_task, SokobanPlayers.Frozen(), s_options).Run(s_task.Splits.Take(8).ToList()).Episodes;

        Assert.Equal(N, episodes.Select(episode => episode.InstanceId).Distinct().Count());
        Assert.All(episodes.GroupBy(episode => episode.Index), group => Assert.Single(group.Select(episode => episode.InstanceId).Distinct()));
    }

    [Fact]
    public void Run_BatchSize_IsNeverExceeded()
    {
        var player = SokobanPlayers.Obedient();

        new Evaluator(s_task, player, s_options with { BatchSize = 7 }).Run([s_task.Splits[0], s_task.Splits[1]]);

        Assert.Equal(7, player.BatchSizes.Max());
    }

    [Fact]
    public void Run_SampledDecoding_GivesEveryTurnASeedOfItsOwn()
    {
        var seeds = new List<ulong>();
        var generator = new SeedRecorder(seeds);

        new Evaluator(s_task, generator, s_options with { Sampling = new SamplingOptions { Temperature = 1 } }).Run([s_task.Splits[0]]);

        Assert.Equal(SokobanEpisode.MaxTurns, seeds.Count);
        Assert.Equal(seeds.Count, seeds.Distinct().Count());
    }

    [Fact]
    public void Run_Cancelled_Stops()
    {
        using var cancellation = new CancellationTokenSource();
        var player = new ScriptedPlayer(_ =>
        {
            cancellation.Cancel();
            return "";
        });

        Assert.Throws<OperationCanceledException>(() => new Evaluator(s_task, player, s_options).Run([s_task.Splits[0]], null, cancellation.Token));
        Assert.Single(player.BatchSizes);
    }

    [Fact]
    public void Run_Progress_EndsWithEveryEpisodeOver()
    {
        var reports = new List<EvaluationProgress>();

        new Evaluator(s_task, SokobanPlayers.Frozen(), s_options).Run([s_task.Splits[0], s_task.Splits[1]], new Listener(reports.Add));

        // The frozen player moves nothing under the second split, so each of its boards is asked once for thirty turns.
        Assert.Equal((30, 2 * N, 2 * N), (reports[^1].Turn, reports[^1].EpisodesOver, reports[^1].EpisodesTotal));
        Assert.True(reports.Zip(reports.Skip(1)).All(pair => pair.First.PromptsAnswered <= pair.Second.PromptsAnswered));
    }

    private static IReadOnlyDictionary<string, SplitResult> Run(ITextGenerator player, params string[] splits) =>
        new Evaluator(s_task, player, s_options).Run([.. splits.Select(name => s_task.FindSplit(name))]).Splits;

    private static string Table(ITextGenerator player) => string.Join('\n', Run(player, [.. s_task.Splits.Select(split => split.Name)]).Select(row =>
        $"{row.Key} {row.Value.Success:F2} valid {row.Value.Validity:F2}{string.Concat(row.Value.Reasons.Select(reason => $" {reason.Key} {reason.Value}"))}"));

    private sealed class Listener(Action<EvaluationProgress> report) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => report(value);
    }

    private sealed class SeedRecorder(List<ulong> seeds) : ITextGenerator
    {
        public IReadOnlyList<Completion> Generate(IReadOnlyList<Prompt> prompts, SamplingOptions options, CancellationToken cancellation)
        {
            seeds.Add(options.Seed);
            return [.. prompts.Select(_ => new Completion("", FinishReason.Stop, 1, 1))];
        }
    }
}
