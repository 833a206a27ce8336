using Thaw.Learning.Models;
using Thaw.Learning.Objectives;
using Thaw.Torch;

namespace Thaw.Learning.Training;

/// <summary>What weights that are not trained say about the targets of rows.</summary>
/// <param name="most">Rows that are computed at once, at most.</param>
/// <param name="temperature">Logits are divided by it.</param>
internal sealed class FrozenLogs(Decoder model, int most, double temperature = 1)
{
    /// <summary>Logits that exist at once, unless one row has more.</summary>
    private const long MostLogits = 1L << 24;

    /// <summary>For each row the log-probabilities of its targets, in order.</summary>
    public IEnumerable<float[]> Of(IReadOnlyList<TrainingExample> rows)
    {
        var longest = rows.Select(Targets).DefaultIfEmpty(0).Max();
        var size = (int)Math.Clamp(MostLogits / Math.Max(1, (long)longest * model.Config.VocabularySize), 1, most);
        foreach (var chunk in rows.Chunk(size))
        {
            var (logs, at) = (Logs(TokenBatch.Of(chunk)), 0);
            foreach (var count in chunk.Select(Targets))
            {
                yield return logs[at..(at + count)];
                at += count;
            }
        }
    }

    private static int Targets(TrainingExample row) => row.IsTarget.Count(isTarget => isTarget);

    private float[] Logs(TokenBatch batch)
    {
        using var noGrad = new NoGradScope();
        using var scope = new TensorScope();
        var targets = Tensor.FromSpan(batch.Targets, batch.Targets.Length).To(model.Device, DType.Int64);
        var logits = model.Project(SupervisedTrainer.ScoredHidden(model, batch));
        return new ScoredTokens(temperature == 1 ? logits : logits * (1 / temperature), targets).LogN.ToFloats();
    }
}
