using Thaw.Core.Randomness;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Training;

public sealed class MicroBatchesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(64)]
    public void Of_AnySize_GivesTheLossAndGradientsOfPlainRows(int size)
    {
        using var model = TinyModels.Fresh();

        // Three targets against five: a mean of means would be another number.
        TrainingExample[] rows = [TinyModels.Example("a", 5, 3), TinyModels.Example("b", 2, 5), TinyModels.Example("a", 5, 3), TinyModels.Example("c", 9, 1)];

        Steps.AssertAlike(model, [.. rows.Select(Steps.Plain)], MicroBatches.Of(rows, size));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(100)]
    public void Of_ManyRows_NeitherLosesNorDoublesOne(int size)
    {
        for (var seed = 0UL; seed < 50; seed++)
        {
            var rows = DrawRows(seed);
            var batches = MicroBatches.Of(rows, size);

            Assert.All(batches, batch => Assert.InRange(batch.Rows, 1, size));
            Assert.Equal(rows.Select(Describe).Order(), batches.SelectMany(RowsOf).Order());
        }
    }

    [Fact]
    public void Of_OneLongPromptWithManyEndings_ComputesItOnce()
    {
        var prompt = Enumerable.Repeat(7, 400).ToArray();
        TrainingExample[] rows = [.. Enumerable.Range(1, 8).Select(i => TrainingExample.FromPromptAndCompletion(prompt, [i]))];

        var batch = Assert.Single(MicroBatches.Of(rows, 8));

        Assert.Equal(399, batch.Prefix.Length);
        Assert.Equal(2, batch.Length);
    }

    [Fact]
    public void Of_TwoLongPromptsThatDiffer_KeepsThemApart()
    {
        TrainingExample[] rows =
        [
            .. from i in Enumerable.Range(1, 8)
               select TrainingExample.FromPromptAndCompletion(Enumerable.Repeat(7 + (i % 2), 400).ToArray(), [i]),
        ];

        Assert.Equal([4, 4], MicroBatches.Of(rows, 8).Select(batch => batch.Rows));
    }

    // Few different tokens, so that rows begin alike, some are equal, and some are the beginning of another. None is 0, the padding.
    private static List<TrainingExample> DrawRows(ulong seed)
    {
        var random = SplitMix64.For(seed, "rows");
        return [.. Enumerable.Range(0, 1 + random.NextInt(12)).Select(_ => TrainingExample.FromPromptAndCompletion(Draw(1 + random.NextInt(6)), Draw(1 + random.NextInt(3))))];

        int[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => 1 + random.NextInt(2))];
    }

    private static string Describe(TrainingExample row) =>
        string.Join(' ', row.Ids.Select((id, place) => row.IsTarget[place] ? $"[{id}]" : $"{id}"));

    private static IEnumerable<string> RowsOf(TokenBatch batch)
    {
        for (var row = 0; row < batch.Rows; row++)
        {
            var scored = batch.ScoredPlaces.Where(place => place / batch.Length == row).Select(place => place % batch.Length).ToList();
            var suffix = batch.Suffixes.Skip(row * batch.Length).Take(batch.Length).TakeWhile(id => id != 0)
                .Select((id, place) => scored.Contains(place - 1) ? $"[{id}]" : $"{id}");
            yield return string.Join(' ', batch.Prefix.Select(id => $"{id}").Concat(suffix));
        }
    }
}
