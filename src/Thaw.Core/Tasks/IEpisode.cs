using Thaw.Core.Generation;

namespace Thaw.Core.Tasks;

/// <summary>One instance being played out under one split.</summary>
public interface IEpisode
{
    /// <summary>The question of the current turn; meaningless once <see cref="IsOver"/>.</summary>
    Prompt Prompt { get; }

    bool IsOver { get; }

    /// <summary>True once the episode is over and was won.</summary>
    bool IsSolved { get; }

    /// <summary>Why the episode failed, as one reason for all its turns; <see cref="FailureReason.None"/> while it goes on and when it was solved.</summary>
    FailureReason Reason { get; }

    /// <summary>The words in force, for people and files: <c>Up=1 Down=2 Left=3 Right=4</c>.</summary>
    string StatedBinding { get; }

    string ScoredBinding { get; }

    /// <summary>The position as a person reads it, before the current turn.</summary>
    string Drawing { get; }

    /// <summary>Judges one completion and moves on. Any text gives a verdict, never an exception.</summary>
    /// <exception cref="InvalidOperationException">The episode is over.</exception>
    Verdict Play(string completion);

    /// <summary>What the game has paid for the turns so far.</summary>
    /// <param name="name">The name of one of <see cref="ITask.EpisodeRewards"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The task has no such reward.</exception>
    double RewardOf(string name) => throw new ArgumentOutOfRangeException(nameof(name), name, "Not a reward of this task's episodes.");
}
