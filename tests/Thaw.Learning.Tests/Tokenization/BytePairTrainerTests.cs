using Thaw.Core.Randomness;
using Thaw.Learning.Tokenization;

namespace Thaw.Learning.Tests.Tokenization;

public sealed class BytePairTrainerTests
{
    [Fact]
    public void Train_TextInOtherOrder_GivesTheSameMerges()
    {
        var texts = Enumerable.Range(0, 100).Select(i => RandomText.Draw(SplitMix64.For(9, $"{i}"), 20)).ToList();
        Assert.Equal(MergesOf(texts, 450), MergesOf(Enumerable.Reverse(texts), 450));
    }

    [Fact]
    public void Train_RandomText_DoesWhatCountingAnewAfterEachMergeDoes()
    {
        var random = SplitMix64.For(13, "slow twin");
        for (var round = 0; round < 20; round++)
        {
            var words = Enumerable.Range(0, 40).Select(_ => string.Concat(Enumerable.Range(0, 1 + random.NextInt(9)).Select(_ => "abc"[random.NextInt(3)]))).ToList();
            Assert.Equal(MergesBySlowTwin(words, 40), MergesOf(words, 256 + 40 + ThawTokenizer.AddedTokens.Count).Take(40));
        }
    }

    [Fact]
    public void Train_Weight_MakesARarePieceOneToken()
    {
        var trainer = Tokenizers.Train(ThawTokenizer.NewTrainer());
        trainer.Add(" zyzzyva", weight: 1000);
        var tokenizer = new BytePairTokenizer(trainer.Train(300));
        Assert.Single(tokenizer.Encode(" zyzzyva"));
    }

    [Fact]
    public void Train_AddedTokens_TeachNothingAndComeLast()
    {
        var trainer = ThawTokenizer.NewTrainer();
        trainer.Add("<think></think><|im_end|>");
        var definition = trainer.Train(1000);
        Assert.Empty(definition.Merges);
        Assert.Equal([256, 257, 258, 259, 260], definition.AddedTokens.Select(t => t.Id));
    }

    [Fact]
    public void Train_TextRunsOut_EndsWithFewerTokens()
    {
        var trainer = ThawTokenizer.NewTrainer();
        trainer.Add("ab");
        Assert.Equal(256 + 1 + 5, new BytePairTokenizer(trainer.Train(1000)).VocabularySize);
    }

    [Fact]
    public void Train_NoRoomForTheBytes_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => ThawTokenizer.NewTrainer().Train(260));

    private static IReadOnlyList<(string Left, string Right)> MergesOf(IEnumerable<string> texts, int size)
    {
        var trainer = ThawTokenizer.NewTrainer();
        foreach (var text in texts)
        {
            trainer.Add(text);
        }

        return trainer.Train(size).Merges;
    }

    /// <summary>Over lower-case ASCII, whose bytes have ids in the order of their characters.</summary>
    private static List<(string Left, string Right)> MergesBySlowTwin(List<string> words, int count)
    {
        var tokens = words.Select(word => word.Select(c => c.ToString()).ToList()).ToList();
        var order = new List<string> { "a", "b", "c" };
        var merges = new List<(string Left, string Right)>();
        while (merges.Count < count)
        {
            var best = tokens.SelectMany(word => word.Zip(word.Skip(1)))
                .GroupBy(pair => pair)
                .OrderByDescending(group => group.Count())
                .ThenBy(group => order.IndexOf(group.Key.First))
                .ThenBy(group => order.IndexOf(group.Key.Second))
                .FirstOrDefault();
            if (best is null)
            {
                break;
            }

            if (!merges.Contains(best.Key))
            {
                merges.Add(best.Key);
            }

            if (!order.Contains(best.Key.First + best.Key.Second))
            {
                order.Add(best.Key.First + best.Key.Second);
            }

            foreach (var word in tokens)
            {
                for (var i = 0; i + 1 < word.Count; i++)
                {
                    if ((word[i], word[i + 1]) == best.Key)
                    {
                        word[i] += word[i + 1];
                        word.RemoveAt(i + 1);
                    }
                }
            }
        }

        return merges;
    }
}
