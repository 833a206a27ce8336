using Thaw.Core.Generation;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Lora;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Lora;

public sealed class AdapterMergeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public AdapterMergeTests()
    {
        TinyModels.WriteSokobanFolder(_folder["base"]);
        WriteAdapter();
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ShardedWriter.DefaultShardBytes)]
    [InlineData(4000)]
    public void Run_ThenLoad_AnswersAsBaseWithAdapter(long maxShardBytes)
    {
        Assert.Equal(14, AdapterMerge.Run(_folder["base"], _folder["adapter"], _folder["merged"], maxShardBytes));

        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        using var merged = ModelFolder.Load(_folder["merged"]);
        using var adapted = ModelFolder.Load(_folder["base"], makeAdapter: AdapterFolder.ReaderOrNull(_folder["adapter"], default));
        using var plain = ModelFolder.Load(_folder["base"]);
        var ids = TinyModels.Matrix(TinyModels.Ids("a", 20), TinyModels.Ids("b", 20));

        // The same products summed in another order, in float32 through two layers.
        var expected = adapted.Decoder.Project(adapted.Decoder.Forward(ids));
        TensorAssert.Close(expected, merged.Decoder.Project(merged.Decoder.Forward(ids)), 1e-5);
        Assert.True(plain.Decoder.Project(plain.Decoder.Forward(ids)).ToFloats().Zip(expected.ToFloats(), (a, b) => Math.Abs(a - b)).Max() > 0.1);
        Assert.Null(merged.Decoder.Adapter);
        Assert.Equal(adapted.StopIds, merged.StopIds);
        Assert.Equal(Answers(adapted), Answers(merged));
        Assert.NotEqual(Answers(plain), Answers(merged));
    }

    [Fact]
    public void Run_OnABFloat16Model_RoundsTheChangedTensorsOnceAndCopiesTheRest()
    {
        using (var plain = ModelFolder.Load(_folder["base"]))
        {
            using var scope = new TensorScope();
            using var file = File.Create(_folder["base/model.safetensors"]);
            TensorTransfer.Write(file, plain.Decoder.Parameters.Select(p => (p.Name, p.Value.Cast(DType.BFloat16))));
        }

        AdapterMerge.Run(_folder["base"], _folder["adapter"], _folder["merged"]);

        using var before = CheckpointWeights.Open(_folder["base"]);
        using var after = CheckpointWeights.Open(_folder["merged"]);
        using var adapted = ModelFolder.Load(_folder["base"], makeAdapter: AdapterFolder.ReaderOrNull(_folder["adapter"], default));
        using var inner = new TensorScope();
        using var noGrad = new NoGradScope();
        Assert.Equal(before.Entries, after.Entries);
        Assert.All(adapted.Decoder.Parameters, parameter =>
        {
            if (adapted.Decoder.Adapter!.Find(parameter.Name.Replace(".weight", "", StringComparison.Ordinal)) is { } pair)
            {
                var sum = (parameter.Value + pair.Delta()).Cast(DType.BFloat16);
                Assert.Equal(sum.ToFloats(), after.ReadAs(parameter.Name, DType.Float32, default).ToFloats());
                Assert.NotEqual(before.Read(parameter.Name), after.Read(parameter.Name));
            }
            else
            {
                Assert.Equal(before.Read(parameter.Name), after.Read(parameter.Name));
            }
        });
    }

    [Fact]
    public void Run_OnAFolderThatIsThere_LeavesItAlone()
    {
        var before = TemporaryFolder.ContentOf(_folder["base"]);

        var error = Assert.Throws<IOException>(() => AdapterMerge.Run(_folder["base"], _folder["adapter"], _folder["base"]));

        Assert.Equal($"{_folder["base"]}: is there already; name a new folder.", error.Message);
        Assert.Equal(before, TemporaryFolder.ContentOf(_folder["base"]));
    }

    [Fact]
    public void Run_ThatFailsHalfWay_LeavesNothing()
    {
        // A file in the base that cannot be copied stops it when the folder has been begun.
        File.CreateSymbolicLink(_folder["base/broken.json"], _folder["nowhere"]);

        Assert.ThrowsAny<IOException>(() => AdapterMerge.Run(_folder["base"], _folder["adapter"], _folder["merged"]));

        Assert.Equal(["adapter", "base"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Load_WithAnAdapterOfAnotherModel_LeavesNoTensors() => LiveTensors.AreNotLeftBy(() =>
    {
        TinyModels.WriteSokobanFolder(_folder["other"]);
        var config = File.ReadAllText(_folder["adapter/adapter_config.json"]).Replace("\"r\": 2", "\"r\": 3", StringComparison.Ordinal);
        File.WriteAllText(_folder["adapter/adapter_config.json"], config);
        Assert.Throws<InvalidDataException>(() => ModelFolder.Load(_folder["other"], makeAdapter: AdapterFolder.ReaderOrNull(_folder["adapter"], default)));
    });

    private static List<string> Answers(ModelFolder model)
    {
        using var generator = model.Generator();
        var completions = generator.Generate([new Prompt("#####"), new Prompt("Up")], SamplingOptions.Greedy with { MaxNewTokens = 12 }, default);
        return [.. completions.Select(completion => completion.Text)];
    }

    // Factors large enough to change answers.
    private void WriteAdapter()
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        using var model = ModelFolder.Load(_folder["base"]);
        using var adapter = LoraAdapter.Fresh(model.Decoder.Config, new LoraOptions(2, 4, 0, [LoraTargets.AllLinear]), 1, _folder["base"]);
        foreach (var pair in adapter.Pairs)
        {
            pair.B.Value.CopyFrom(Tensor.FromSpan([.. Enumerable.Range(0, (int)pair.B.Value.ElementCount).Select(n => MathF.Cos(n * 1.7f))], pair.B.Value.Shape));
        }

        Directory.CreateDirectory(_folder["adapter"]);
        AdapterFolder.Write(_folder["adapter"], adapter);
    }
}
