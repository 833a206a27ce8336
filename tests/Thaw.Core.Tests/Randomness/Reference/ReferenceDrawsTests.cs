using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Thaw.Core.Randomness.Reference;

namespace Thaw.Core.Tests.Randomness.Reference;

/// <summary>Draws of the two generators against those of CPython and numpy (tests/golden/random/make_random.py), all kinds of draws mixed.</summary>
public class ReferenceDrawsTests
{
    [Fact]
    public void PythonRandom_MixedDraws_AreThoseOfCPython() => AssertDraws("random/python.json", seed =>
    {
        var random = new PythonRandom(BigInteger.Parse(seed, CultureInfo.InvariantCulture));
        return draw => (string)draw[0]! switch
        {
            "getrandbits" => random.NextBits((int)draw[1]!),
            "random" => random.NextDouble(),
            "uniform" => random.NextDouble((double)draw[1]!, (double)draw[2]!),
            "randrange" => random.NextInRange((long)draw[1]!, (long)draw[2]!, (long)draw[3]!),
            "randint" => random.NextInt((int)draw[1]!, (int)draw[2]!),
            "choice" => random.Pick(Numbers(draw)),
            "shuffle" => Shuffled(Numbers(draw), random.Shuffle),
            "sample" => Array(random.Sample(Numbers(draw), (int)draw[2]!)),
            var name => throw new InvalidOperationException(name),
        };
    });

    [Fact]
    public void NumpyRandomState_MixedDraws_AreThoseOfNumpy() => AssertDraws("random/numpy.json", seed =>
    {
        var random = new NumpyRandomState(uint.Parse(seed, CultureInfo.InvariantCulture));
        return draw => (string)draw[0]! switch
        {
            "random_sample" => random.NextDouble(),
            "randint" => random.NextInRange((long)draw[1]!, (long)draw[2]!),
            "choice" => random.Pick(Numbers(draw)),
            "choice_different" => Array(random.PickDifferent(Numbers(draw), (int)draw[2]!)),
            "shuffle" => Shuffled(Numbers(draw), random.Shuffle),
            "permutation" => Array(random.Permutation((int)draw[1]!)),
            var name => throw new InvalidOperationException(name),
        };
    });

    [Fact]
    public void NextInRange_EmptyRange_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new PythonRandom(1).NextInRange(3, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NumpyRandomState(1).NextInRange(3, 3));
    }

    private static void AssertDraws(string golden, Func<string, Func<JsonArray, JsonNode>> generator)
    {
        foreach (var entry in GoldenFile.Entries(golden))
        {
            var seed = (string)entry["seed"]!;
            var next = generator(seed);
            Assert.All(entry["draws"]!.AsArray(), draw => Assert.Equal(draw!.AsArray()[^1]!.ToJsonString(), next(draw.AsArray()).ToJsonString()));
        }
    }

    private static int[] Numbers(JsonArray draw) => [.. Enumerable.Range(0, (int)draw[1]!)];

    private static JsonArray Shuffled(int[] items, Action<IList<int>> shuffle)
    {
        shuffle(items);
        return Array(items);
    }

    private static JsonArray Array(IEnumerable<int> items) => new([.. items.Select(item => JsonValue.Create(item))]);
}
