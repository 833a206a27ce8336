using System.Text.Json.Nodes;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Models;
using Thaw.Learning.Tests.Models;
using Thaw.Learning.Verification;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Checkpoints;

/// <summary>One model in all the forms in which checkpoints are stored gives the same numbers.</summary>
public sealed class CheckpointVariantTests : IDisposable
{
    // A weight is rounded to 8 bits: at most half a unit of the last, 2^-8 of it.
    private const double BFloat16Rounding = 1.0 / 256;

    // Rounding every weight moved the logits, which are up to 5, by 0.011 to 0.016 in these models, and multiplying in bfloat16 too by 0.015
    // to 0.031: errors of many weights that mostly cancel. The bounds leave a factor of three.
    private const double BFloat16Logits = 0.05;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("qwen3-micro", 100_000, 10)]
    [InlineData("qwen2-micro", 400_000, 2)]
    [InlineData("llama3-micro", 1, 30)]
    [InlineData("qwen3-tied-micro", 300_000, 3)]
    public void WriteWeights_InShards_AreNamedAsHuggingFaceDoesAndLoadToTheSameBits(string name, long maxShardBytes, int shards)
    {
        using var model = DecoderFolder.Read(GoldenModels.Folder(name));
        CopyConfig(name);

        DecoderFolder.WriteWeights(_folder.Path, model, maxShardBytes);

        Assert.Equal(
            [.. Enumerable.Range(1, shards).Select(i => $"model-{i:00000}-of-{shards:00000}.safetensors"), "model.safetensors.index.json"],
            Directory.EnumerateFiles(_folder.Path, "model*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var index = JsonNode.Parse(File.ReadAllText(_folder["model.safetensors.index.json"]))!;
        Assert.Equal(4 * model.Config.ParameterCount, (long)index["metadata"]!["total_size"]!);
        using var read = DecoderFolder.Read(_folder.Path);
        Assert.Equal(TensorAssert.Bits(model), TensorAssert.Bits(read));
        var deviation = ModelVerifier.Compare(read, ReferenceOf(name));
        Assert.True(deviation.IsWithinBounds, deviation.ToString());
    }

    [Fact]
    public void WriteWeights_AsOneFileOverShards_IsWhatIsReadAfterwards()
    {
        using var first = TinyModels.Fresh(1);
        using var second = TinyModels.Fresh(2);
        ConfigFile.Write(_folder["config.json"], TinyModels.Config, 0);
        DecoderFolder.WriteWeights(_folder.Path, first, maxShardBytes: 1000);
        DecoderFolder.WriteWeights(_folder.Path, second);

        using var read = DecoderFolder.Read(_folder.Path);
        Assert.Equal(TensorAssert.Bits(second), TensorAssert.Bits(read));
    }

    [Theory]
    [InlineData("qwen3-micro")]
    [InlineData("qwen2-micro")]
    [InlineData("llama3-micro")]
    public void Read_ABFloat16Copy_RoundsEveryWeightOnceAndLogitsStayNear(string name)
    {
        WriteCopy(name, DType.BFloat16);
        using var original = DecoderFolder.Read(GoldenModels.Folder(name));
        using var asFloat = DecoderFolder.Read(_folder.Path);
        using var asStored = DecoderFolder.Read(_folder.Path, type: WeightType.Auto);

        Assert.All(original.Parameters.Zip(asFloat.Parameters), pair =>
            Assert.InRange(pair.First.Value.ToFloats().Zip(pair.Second.Value.ToFloats(), (w, rounded) => Math.Abs(w - rounded) / Math.Abs(w)).Max(), 0, BFloat16Rounding));
        Assert.All(asStored.Parameters, p => Assert.Equal(p.Value.Shape.Length == 1 ? DType.Float32 : DType.BFloat16, p.Value.DType));
        Assert.Equal(DType.BFloat16, asStored.ComputeType);
        Assert.All(asFloat.Parameters.Zip(asStored.Parameters), pair => Assert.Equal(pair.First.Value.ToFloats(), pair.Second.Value.ToFloats()));
        Assert.InRange(WorstLogit(asFloat, name), 1e-4, BFloat16Logits);
        Assert.InRange(WorstLogit(asStored, name), 1e-4, 2 * BFloat16Logits);
    }

    [Fact]
    public void Read_Float16AndFloat64Copies_LoadToTheSameNumbersWithinTheirPrecision()
    {
        const string Name = "qwen3-micro";
        WriteCopy(Name, DType.Float16);
        using (var half = DecoderFolder.Read(_folder.Path, type: WeightType.Auto))
        {
            // Nothing multiplies float16 on a CPU, so it is widened, exactly. 11 bits instead of bfloat16's 8: a tenth of its bound.
            Assert.All(half.Parameters, p => Assert.Equal(DType.Float32, p.Value.DType));
            Assert.InRange(WorstLogit(half, Name), 1e-5, BFloat16Logits / 10);
        }

        WriteCopy(Name, DType.Float64);
        using var wide = DecoderFolder.Read(_folder.Path);
        using var original = DecoderFolder.Read(GoldenModels.Folder(Name));
        Assert.Equal(TensorAssert.Bits(original), TensorAssert.Bits(wide));
    }

    [Fact]
    public void Read_Float16OnTheCpu_SaysWhatThereIs()
    {
        var error = Assert.Throws<ArgumentException>(() => DecoderFolder.Read(GoldenModels.Folder("qwen3-micro"), type: WeightType.Float16));

        Assert.Equal("float16 is multiplied on CUDA devices only; the CPU has bfloat16 and float32.", error.Message);
    }

    [Fact]
    public void Read_NamesWithoutModel_AreTheSameModel()
    {
        // Saved without its head, as Qwen3Model does; possible where the head is tied.
        AssertSameAs("qwen3-tied-micro", tensors => [.. tensors.Select(t => (t.Name["model.".Length..], t.Value))]);
    }

    [Fact]
    public void Read_ATiedHeadThatIsStoredAllTheSame_IsIgnored() =>
        AssertSameAs("qwen3-tied-micro", tensors => [.. tensors, ("lm_head.weight", tensors[0].Value)]);

    [Fact]
    public void Read_ATiedPairOfWhichOnlyTheHeadIsStored_TakesIt() =>
        AssertSameAs("qwen3-tied-micro", tensors => [.. tensors.Skip(1), ("lm_head.weight", tensors[0].Value)]);

    [Fact]
    public void Read_StoredFrequencies_AreIgnored()
    {
        using var scope = new TensorScope();
        AssertSameAs("llama3-micro", tensors => [.. tensors, ("model.layers.0.self_attn.rotary_emb.inv_freq", Tensor.Zeros([8]))]);
    }

    [Fact]
    public void Read_AnUntiedHeadIsMissing_SaysWhatWouldTieIt()
    {
        Write("qwen3-micro", tensors => [.. tensors.Where(t => t.Name != "lm_head.weight")]);

        var error = Assert.Throws<InvalidDataException>(() => DecoderFolder.Read(_folder.Path));
        Assert.Equal($"{_folder.Path}: tensor 'lm_head.weight' is missing, and tie_word_embeddings is not true.", error.Message);
    }

    [Fact]
    public void Read_ATensorOfWholeNumbers_IsNamedWithItsType()
    {
        using var scope = new TensorScope();
        CopyConfig("qwen3-micro");
        using var model = DecoderFolder.Read(GoldenModels.Folder("qwen3-micro"));
        var entries = model.Parameters.Select(p => new SafetensorsEntry(p.Name, p.Name == "model.norm.weight" ? SafetensorsType.I32 : SafetensorsType.F32, p.Value.Shape.ToArray()));
        using (var file = File.Create(_folder["model.safetensors"]))
        {
            SafetensorsWriter.Write(file, entries, (entry, stream) => stream.Write(new byte[entry.ByteCount]));
        }

        var error = Assert.Throws<InvalidDataException>(() => DecoderFolder.Read(_folder.Path));
        Assert.Equal($"{_folder["model.safetensors"]}: tensor 'model.norm.weight' is I32; F32, BF16, F16 or F64 is expected.", error.Message);
    }

    [Fact]
    public void Read_AMillionLayersThatAreNotThere_StopsAtTheFirstAndAllocatesLittle()
    {
        Write("qwen3-micro", tensors => tensors);
        var config = JsonNode.Parse(File.ReadAllText(_folder["config.json"]))!;
        config["num_hidden_layers"] = int.MaxValue;
        config["max_position_embeddings"] = int.MaxValue;
        File.WriteAllText(_folder["config.json"], config.ToJsonString());
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Assert.Throws<InvalidDataException>(() => DecoderFolder.Read(_folder.Path));

        Assert.Equal($"{_folder.Path}: tensor 'model.layers.3.input_layernorm.weight' is missing.", error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Forward_BeyondTheFirstRowsOfTheRotaryTable_IsAsIfItHadBeenMadeWholeAtOnce()
    {
        var config = TinyModels.Config with { MaxPositions = 10_000 };
        using var table = new RotaryTable(config, default);
        using var scope = new TensorScope();
        var near = Tensor.FromSpan([5L], 1, 1);
        var before = table.At(near).Cos.ToFloats();
        table.Reach(9_999);

        Assert.Equal(before, table.At(near).Cos.ToFloats());
        var sines = table.At(Tensor.FromSpan([9_998L], 1, 1)).Sin.ToFloats();
        Assert.Equal((float)-Math.Sin(9_998f * 1f), sines[0]);
        Assert.Equal((float)Math.Sin(9_998f * (float)Math.Pow(config.RopeBase, -2.0 / 8)), sines[5]);
    }

    [PythonFact]
    public void WriteWeights_ReadByPlainPython_AreTheSameNumbers()
    {
        using var scope = new TensorScope();
        using var model = DecoderFolder.Read(GoldenModels.Folder("qwen2-micro"));
        var half = model.Parameters.Select((p, i) => (p.Name, Value: i % 3 == 0 ? p.Value.Cast(DType.BFloat16) : i % 3 == 1 ? p.Value.Cast(DType.Float16) : p.Value)).ToList();
        using (var file = File.Create(_folder["model.safetensors"]))
        {
            TensorTransfer.Write(file, half);
        }

        var script = Path.Combine(Path.GetDirectoryName(GoldenModels.Folder("qwen2-micro"))!, "safetensors_plain.py");
        var read = Python.Run(Python.Path!, script, "dump", _folder["model.safetensors"]).Select(line => JsonNode.Parse(line)!).ToDictionary(t => (string)t["name"]!);
        Assert.Equal(half.Select(t => t.Name).Order(StringComparer.Ordinal), read.Keys.Order(StringComparer.Ordinal));
        Assert.All(half, tensor =>
        {
            var (values, found) = (tensor.Value.ToDoubles(), read[tensor.Name]);
            Assert.Equal(tensor.Value.Shape.ToArray(), found["shape"]!.AsArray().Select(size => (long)size!));
            Assert.Equal(tensor.Value.DType switch { DType.BFloat16 => "BF16", DType.Float16 => "F16", _ => "F32" }, (string?)found["dtype"]);
            Assert.Equal(values.Take(3), found["first"]!.AsArray().Select(value => (double)value!));

            // The same numbers added one after another in the same order: nothing is lost in between.
            Assert.Equal(values.Aggregate(0.0, (sum, value) => sum + value), (double)found["sum"]!);
        });

        Python.Run(Python.Path!, script, "copy", _folder["model.safetensors"], _folder["copy.safetensors"]);
        using var ours = SafetensorsFile.Open(_folder["model.safetensors"]);
        using var copy = SafetensorsFile.Open(_folder["copy.safetensors"]);
        Assert.Equal(ours.Entries.Select(e => e.Name).Reverse(), copy.Entries.Select(e => e.Name));
        Assert.All(ours.Entries, entry => Assert.Equal(ours.Read(entry.Name), copy.Read(entry.Name)));
    }

    [PyTorchTheory]
    [InlineData("qwen3", 11, true)]
    [InlineData("qwen3", 12, false)]
    [InlineData("qwen2", 13, true)]
    [InlineData("qwen2", 14, false)]
    [InlineData("llama", 15, true)]
    [InlineData("llama", 16, false)]
    public void Compare_WithAModelMadeByPyTorchFromAnotherSeed_StaysWithinTheBounds(string kind, int seed, bool isTied)
    {
        var maker = Path.Combine(Path.GetDirectoryName(GoldenModels.Folder("x"))!, "make_model_fixture.py");
        string[] tied = isTied ? ["--tied"] : [];
        Python.Run(Python.WithTorch!, [maker, _folder.Path, kind, "--seed", $"{seed}", .. tied]);
        using var model = DecoderFolder.Read(_folder.Path);

        var deviation = ModelVerifier.Compare(model, ReferenceNumbers.Read(_folder["reference.json"]));

        Assert.Equal(isTied, model.Config.TiesEmbeddings);
        Assert.True(deviation.IsWithinBounds, deviation.ToString());
    }

    private static ReferenceNumbers ReferenceOf(string name) => ReferenceNumbers.Read(Path.Combine(GoldenModels.Folder(name), "reference.json"));

    // The greatest difference of the last row's logits.
    private static double WorstLogit(Decoder model, string name)
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        var reference = ReferenceOf(name);
        var hidden = model.Forward(TinyModels.Matrix(reference.InputIds[0]));
        var logits = model.Project(hidden).Select(0, 0).Select(0, reference.InputIds[0].Length - 1).ToDoubles();
        return logits.Zip(reference.LogitsLast[0], (a, b) => Math.Abs(a - b)).Max();
    }

    private void CopyConfig(string name) => File.Copy(Path.Combine(GoldenModels.Folder(name), "config.json"), _folder["config.json"], overwrite: true);

    private void WriteCopy(string name, DType dtype)
    {
        using var scope = new TensorScope();
        Write(name, tensors => [.. tensors.Select(t => (t.Name, t.Value.Cast(dtype)))]);
    }

    private void Write(string name, Func<IReadOnlyList<(string Name, Tensor Value)>, IReadOnlyList<(string Name, Tensor Value)>> change)
    {
        CopyConfig(name);
        using var model = DecoderFolder.Read(GoldenModels.Folder(name));
        using var file = File.Create(_folder["model.safetensors"]);
        TensorTransfer.Write(file, change([.. model.Parameters.Select(p => (p.Name, p.Value))]));
    }

    private void AssertSameAs(string name, Func<IReadOnlyList<(string Name, Tensor Value)>, IReadOnlyList<(string Name, Tensor Value)>> change)
    {
        Write(name, change);
        using var expected = DecoderFolder.Read(GoldenModels.Folder(name));
        using var actual = DecoderFolder.Read(_folder.Path);
        Assert.Equal(TensorAssert.Bits(expected), TensorAssert.Bits(actual));
    }
}
