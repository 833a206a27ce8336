using System.Collections.Concurrent;
using Thaw.Learning.Objectives;

namespace Thaw.Learning.Preferences;

/// <summary>What a step's pairs were like, under TRL's names. Batches add to it from several threads.</summary>
internal sealed class PairTally(double beta)
{
    private readonly ConcurrentBag<PairMeasures> _batches = [];

    public void Add(PairMeasures batch) => _batches.Add(batch);

    public void Clear() => _batches.Clear();

    public double Accuracy => Pairs().Average(pair => pair.Margin > 0 ? 1.0 : 0.0);

    public IEnumerable<KeyValuePair<string, double>> Metrics()
    {
        var pairs = Pairs();
        return
        [
            new("rewards/chosen", pairs.Average(pair => pair.ChosenReward)),
            new("rewards/rejected", pairs.Average(pair => pair.RejectedReward)),
            new("rewards/accuracies", pairs.Average(pair => pair.Margin > 0 ? 1.0 : 0.0)),
            new("rewards/margins", pairs.Average(pair => pair.Margin)),
            new("logps/chosen", pairs.Average(pair => pair.Chosen)),
            new("logps/rejected", pairs.Average(pair => pair.Rejected)),
        ];
    }

    // Sorted, as sums depend on the order and threads come in any.
    private List<(double Chosen, double Rejected, double ChosenReward, double RejectedReward, double Margin)> Pairs() =>
    [
        .. _batches.SelectMany(batch => batch.Chosen.Select((chosen, i) =>
        {
            var (up, down) = (beta * (chosen - batch.ChosenReference[i]), beta * (batch.Rejected[i] - batch.RejectedReference[i]));
            return (chosen, batch.Rejected[i], up, down, up - down);
        })).Order(),
    ];
}
