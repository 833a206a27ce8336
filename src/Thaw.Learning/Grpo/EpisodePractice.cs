using Thaw.Core.Progress;
using Thaw.Core.Tasks;
using Thaw.Learning.Training;

namespace Thaw.Learning.Grpo;

/// <summary>Training instances that are played to their end, as in evaluation; an episode is paid for how it went.</summary>
internal sealed class EpisodePractice : IPractice
{
    /// <summary>1 for an episode that was won.</summary>
    public const string Solved = "solved";

    private readonly Exercise[] _exercises;

    /// <exception cref="ArgumentException">The task has nothing to practise on, or no reward of a name that is asked for.</exception>
    public EpisodePractice(ITask task, GrpoOptions options, CancellationToken cancellation)
    {
        Rewards = new RewardSum(task.Name, [Solved, .. task.EpisodeRewards.Select(reward => reward.Name), QuestionPractice.Format], options);
        _exercises = [.. task.Practise(options.PlanOf(task)).Take(options.DatasetSize).Until(cancellation)];
    }

    public RewardSum Rewards { get; }

    public int Count => _exercises.Length;

    public IAttempt Begin(int exercise) => new Attempt(Rewards.Names, _exercises[exercise].Begin());

    private sealed class Attempt(IReadOnlyList<string> names, IEpisode episode) : IAttempt
    {
        private int _turns;
        private int _validTurns;

        public string Prompt => episode.Prompt.Text;

        public bool IsOver => episode.IsOver;

        public void Play(string completion)
        {
            _turns++;
            _validTurns += episode.Play(completion).IsValid ? 1 : 0;
        }

        public double[] Rewards() => [.. names.Select(name => name switch
        {
            Solved => episode.IsSolved ? 1.0 : 0.0,
            QuestionPractice.Format => (double)_validTurns / _turns,
            _ => episode.RewardOf(name),
        })];
    }
}
