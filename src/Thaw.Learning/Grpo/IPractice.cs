using Thaw.Learning.Training;

namespace Thaw.Learning.Grpo;

/// <summary>What is practised on: prompts with a question, or instances to be played.</summary>
internal interface IPractice
{
    RewardSum Rewards { get; }

    /// <summary>How many different ones there are.</summary>
    int Count { get; }

    /// <summary>Begins one attempt at the exercise of that number.</summary>
    IAttempt Begin(int exercise);
}

/// <summary>One sample in the making: completions are given until it is over, then it has its rewards.</summary>
internal interface IAttempt
{
    string Prompt { get; }

    bool IsOver { get; }

    void Play(string completion);

    /// <returns>Each reward before it is weighted, in the order of <see cref="RewardSum.Names"/>.</returns>
    double[] Rewards();
}

/// <summary>Which exercises each round has: all of them in an order that is drawn anew for each pass. A pure function of seed and place.</summary>
internal sealed class PracticeOrder(IPractice practice, ulong seed)
{
    private readonly EpochOrder _order = new(practice.Count, seed, "grpo");

    /// <param name="round">From 0.</param>
    /// <returns>The numbers of <paramref name="count"/> exercises.</returns>
    public IReadOnlyList<int> Of(int round, int count) => [.. Enumerable.Range(0, count).Select(i => _order.Place(((long)round * count) + i))];
}
