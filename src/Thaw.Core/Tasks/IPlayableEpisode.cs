namespace Thaw.Core.Tasks;

/// <summary>What an episode may add to <see cref="IEpisode"/> for a person at the keyboard; without it a person types whole completions.</summary>
public interface IPlayableEpisode : IEpisode
{
    /// <summary>The fewest turns that solve the instance from its start; null where that is not known.</summary>
    int? FewestTurns { get; }

    /// <summary>A completion that gives <paramref name="answer"/>, so that nobody has to type the format.</summary>
    string WriteCompletion(string answer);

    /// <summary>The answer that an arrow key stands for under the stated binding; null where there is none.</summary>
    string? AnswerFor(ArrowKey key);
}

public enum ArrowKey
{
    Up,
    Down,
    Left,
    Right,
}
