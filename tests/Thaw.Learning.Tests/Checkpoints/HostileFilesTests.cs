using System.Text;
using Thaw.Core.Randomness;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Lora;
using Thaw.Learning.Tests.Models;

namespace Thaw.Learning.Tests.Checkpoints;

/// <summary>Files from strangers, damaged in a thousand ways: a clear error or a good model, never another exception, and little memory.</summary>
/// <remarks>Damage is drawn from fixed seeds, so a failure comes again; the message of the assertion has the seed.</remarks>
public sealed class HostileFilesTests : IDisposable
{
    private const int Rounds = 500;

    // What opening may allocate besides the bytes of the file itself, which are a few kilobytes here.
    private const long MostAllocated = 4_000_000;

    private static readonly string[] s_tokens =
    [
        "{", "}", "[", "]", ",", ":", "\"", "null", "true", "-1", "0", "1e999", "1.5", "18446744073709551616", "9223372036854775807", "4611686018427387904", "2147483647",
        "\"\\ud800\"", "\"F32\"", "\"F8_E4M3\"", "\"BF16\"", "\"shape\"", "\"dtype\"", "\"data_offsets\"", "\"__metadata__\"", "[[[[[[[[", "\u0000", "é", " ",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_DamagedSafetensors_SaysWhatIsWrongOrReadsInBounds()
    {
        using (var model = TinyModels.Fresh())
        {
            ConfigFile.Write(_folder["config.json"], TinyModels.Config, 0);
            DecoderFolder.WriteWeights(_folder.Path, model);
        }

        var path = _folder["model.safetensors"];
        var good = File.ReadAllBytes(path);
        var header = (int)BitConverter.ToInt64(good) + 8;
        AssertHolds(path, (random, _) => DamageSafetensors(good, header, random), () =>
        {
            using var file = SafetensorsFile.Open(path);
            Assert.All(file.Entries, entry => Assert.Equal(entry.ByteCount, file.Read(entry.Name).Length));
        });
        AssertHolds(path, (random, _) => DamageSafetensors(good, header, random), () => DecoderFolder.Read(_folder.Path).Dispose());
    }

    [Fact]
    public void Open_DamagedIndex_SaysWhatIsWrongOrReads()
    {
        using var model = TinyModels.Fresh();
        ConfigFile.Write(_folder["config.json"], TinyModels.Config, 0);
        DecoderFolder.WriteWeights(_folder.Path, model, maxShardBytes: 4000);
        AssertHoldsForText(_folder["model.safetensors.index.json"], () => DecoderFolder.Read(_folder.Path).Dispose());
    }

    [Fact]
    public void Read_DamagedConfiguration_SaysWhatIsWrongOrReads()
    {
        foreach (var name in new[] { "Qwen2.5-0.5B", "Llama-3.2-1B" })
        {
            File.Copy(PublishedConfigTests.PathOf(name), _folder["config.json"], overwrite: true);
            AssertHoldsForText(_folder["config.json"], () =>
            {
                ConfigFile.Read(_folder["config.json"]);
                GenerationConfigFile.ReadStopIds(_folder.Path);
            });
        }
    }

    [Fact]
    public void Load_DamagedConfigurationWithWeights_SaysWhatIsWrongOrLoads()
    {
        foreach (var file in new[] { "config.json", "model.safetensors" })
        {
            File.Copy(Path.Combine(GoldenModels.Folder("llama3-micro"), file), _folder[file]);
        }

        AssertHoldsForText(_folder["config.json"], () => DecoderFolder.Read(_folder.Path).Dispose(), rounds: 300);
    }

    [Fact]
    public void Read_DamagedAdapter_SaysWhatIsWrongOrReads()
    {
        using (var model = Lora.LoraAdapterTests.Adapted())
        {
            AdapterFolder.Write(_folder.Path, model.Adapter!);
        }

        AssertHoldsForText(_folder["adapter_config.json"], () => AdapterFolder.Read(_folder.Path, TinyModels.Config).Dispose());
        var path = _folder["adapter_model.safetensors"];
        var good = File.ReadAllBytes(path);
        AssertHolds(path, (random, _) => DamageSafetensors(good, (int)BitConverter.ToInt64(good) + 8, random), () => AdapterFolder.Read(_folder.Path, TinyModels.Config).Dispose());
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807,0],"data_offsets":[0,8]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,8]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""")]
    [InlineData("""{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,8]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""")]
    public void Open_ALyingHeader_NamesTheFile(string header) => AssertRefused(SafetensorsBytes.Make(header, 8));

    [Fact]
    public void Open_AHeaderThatIsNotUtf8_NamesTheFile()
    {
        var bytes = SafetensorsBytes.Make("""{"aa":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8);
        (bytes[10], bytes[11]) = (0xff, 0xfe);
        AssertRefused(bytes);
    }

    [Fact]
    public void Open_ADeepHeader_NamesTheFile() => AssertRefused(SafetensorsBytes.Make(new string('[', 100_000), 8));

    [Fact]
    public void Open_AHeaderLengthThatLies_AllocatesNothingOfIt()
    {
        foreach (var length in new[] { long.MaxValue, long.MinValue, -1L, 1L << 40, 90_000_000L })
        {
            AssertRefused(SafetensorsBytes.Make("{}", 8, claimedHeaderBytes: length));
        }
    }

    [Fact]
    public void Open_AFileOfAFewBytes_NamesIt()
    {
        for (var bytes = 0; bytes < 10; bytes++)
        {
            AssertRefused(new byte[bytes]);
        }
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("../secret.safetensors")]
    [InlineData("sub/x.safetensors")]
    [InlineData("..")]
    [InlineData("x\\u0000.safetensors")]
    public void Open_AnIndexThatLeadsOutOfItsFolder_OpensNothingThere(string shard)
    {
        File.WriteAllText(_folder["model.safetensors.index.json"], $$$"""{"weight_map":{"a":"{{{shard}}}"}}""");

        var error = Record.Exception(() => CheckpointWeights.Open(_folder.Path));

        Assert.True(error is InvalidDataException or IOException, $"{error}");
        Assert.StartsWith(_folder["model.safetensors.index.json"] + ": ", error!.Message, StringComparison.Ordinal);
    }

    private void AssertRefused(byte[] bytes)
    {
        var path = _folder["x.safetensors"];
        File.WriteAllBytes(path, bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(path).Dispose());

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
        Assert.StartsWith(path + ": ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static byte[] DamageSafetensors(byte[] good, int header, SplitMix64 random)
    {
        // Half of the time the header alone, with a length that fits, so that damage goes deeper than the first check.
        if (random.NextBool(0.5))
        {
            var text = Encoding.UTF8.GetBytes(DamageText(Encoding.UTF8.GetString(good, 8, header - 8), random));
            return [.. BitConverter.GetBytes((long)text.Length), .. text, .. good[header..]];
        }

        var bytes = good.ToArray();
        for (var i = random.NextInt(4); i >= 0; i--)
        {
            bytes[random.NextBool(0.2) ? random.NextInt(8) : random.NextInt(header)] = (byte)random.NextInt(256);
        }

        return random.NextBool(0.2) ? bytes[..random.NextInt(bytes.Length)] : bytes;
    }

    private static string DamageText(string text, SplitMix64 random)
    {
        for (var i = random.NextInt(3); i >= 0; i--)
        {
            var place = random.NextInt(text.Length + 1);
            var length = Math.Min(random.NextInt(8), text.Length - place);
            text = random.NextInt(4) switch
            {
                0 => text.Insert(place, random.Pick(s_tokens)),
                1 => text.Remove(place, length),
                2 => text.Remove(place, length).Insert(place, random.Pick(s_tokens)),
                _ => ReplaceNumber(text, place, random),
            };
        }

        return text;
    }

    // The next number from here on becomes another: offsets, shapes and sizes that lie.
    private static string ReplaceNumber(string text, int place, SplitMix64 random)
    {
        var first = text.AsSpan(place).IndexOfAnyInRange('0', '9');
        if (first < 0)
        {
            return text;
        }

        var start = place + first;
        var end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return text[..start] + random.Pick(["0", "1", "7", "64", "-5", "2147483647", "4294967296", "9223372036854775807", "99999999999999999999"]) + text[end..];
    }

    private static void AssertHoldsForText(string path, Action open, int rounds = Rounds)
    {
        var good = File.ReadAllText(path);
        AssertHolds(path, (random, _) => Encoding.UTF8.GetBytes(DamageText(good, random)), open, rounds);
    }

    private static void AssertHolds(string path, Func<SplitMix64, int, byte[]> damage, Action open, int rounds = Rounds)
    {
        var (good, refused) = (File.ReadAllBytes(path), 0);
        for (var round = 0; round < rounds; round++)
        {
            File.WriteAllBytes(path, damage(SplitMix64.For(7, $"{Path.GetFileName(path)}/{round}"), round));
            var before = GC.GetAllocatedBytesForCurrentThread();
            var error = Record.Exception(open);
            refused += error is null ? 0 : 1;
            Assert.True(error is null or InvalidDataException or IOException, $"round {round}: {error}");
            Assert.True(error?.Message.Contains('\n', StringComparison.Ordinal) != true, $"round {round}: {error?.Message}");
            Assert.True(error is null || error.Message.StartsWith(Path.GetDirectoryName(path)!, StringComparison.Ordinal), $"round {round}: {error?.Message}");
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostAllocated);
        }

        // Most damage must be found, or the damage is not where it is read.
        Assert.InRange(refused, rounds / 3, rounds);
        File.WriteAllBytes(path, good);
    }
}
