using Thaw.Learning.Checkpoints;
using Thaw.Learning.Distribution;
using Thaw.Learning.Models;
using Thaw.Learning.Sft;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Distribution;

public sealed class ShardedOptimizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void State_OfARank_IsItsShareOfIt(int count)
    {
        using var model = TinyModels.Fresh();
        var whole = 2 * model.Parameters.Sum(p => p.Value.ElementCount);
        var largest = 2 * model.Parameters.Max(p => p.Value.ElementCount);

        var sizes = RankThreads.Run(count, ranks => WithOptimizer(ranks, OptimizerKind.Adamw, (_, optimizer) => optimizer.State.Sum(s => s.Value.ElementCount)));

        Assert.Equal(whole, sizes.Sum());
        Assert.InRange(sizes.Max(), 0, (whole / count) + largest);
    }

    [Theory]
    [InlineData(OptimizerKind.Adamw)]
    [InlineData(OptimizerKind.Muon)]
    public void WriteState_OnTwoRanks_WritesTheFileOfOne(OptimizerKind kind)
    {
        var alone = Written(1, kind)[0];
        var ranked = Written(2, kind);

        Assert.Equal(alone, ranked[0]);
        Assert.Equal(alone, ranked[1]);
    }

    [Fact]
    public void Restore_OfAFileOfOne_IsTheSameStateOnThree()
    {
        var path = _folder["optimizer.safetensors"];
        File.WriteAllBytes(path, Written(1, OptimizerKind.Muon)[0]);

        var again = RankThreads.Run(3, ranks => WithOptimizer(ranks, OptimizerKind.Muon, (model, optimizer) =>
        {
            using var file = CheckpointWeights.Open(_folder.Path, "optimizer");
            using var scope = new TensorScope();
            optimizer.Restore(5, (name, value) => value.CopyFrom(file.ReadFloat32(name, value.Shape.ToArray(), model.Device)));
            return (optimizer.Steps, Bytes(optimizer));
        }));

        Assert.All(again, own =>
        {
            Assert.Equal(5, own.Steps);
            Assert.Equal(File.ReadAllBytes(path), own.Item2);
        });
    }

    [Fact]
    public void Update_OnTwoRanks_LeavesNoTensors() => LiveTensors.AreNotLeftBy(() =>
        RankThreads.Run(2, ranks => WithOptimizer(ranks, OptimizerKind.Muon, (model, optimizer) =>
        {
            Step(model, optimizer);
            Step(model, optimizer);
            return Bytes(optimizer).Length;
        })));

    // One gradient on all ranks: what is compared is who updates what.
    private static byte[][] Written(int count, OptimizerKind kind) => RankThreads.Run(count, ranks => WithOptimizer(ranks, kind, (model, optimizer) =>
    {
        Step(model, optimizer);
        Step(model, optimizer);
        return Bytes(optimizer);
    }));

    private static void Step(Decoder model, IOptimizer optimizer)
    {
        using var scope = new TensorScope();
        optimizer.ClearGradients();
        foreach (var parameter in model.Parameters)
        {
            parameter.Value.AddToGradient(parameter.Value.Detach() * 0.1);
        }

        optimizer.ClipGradients(1.0);
        optimizer.Update(0.01);
    }

    private static byte[] Bytes(IOptimizer optimizer)
    {
        using var stream = new MemoryStream();
        optimizer.WriteState(stream);
        return stream.ToArray();
    }

    private static T WithOptimizer<T>(Ranks ranks, OptimizerKind kind, Func<Decoder, IOptimizer, T> body)
    {
        using var model = TinyModels.Fresh();
        using var optimizer = new SftOptions { Optim = kind }.CreateOptimizer(model.TrainedParameters, ranks);
        return body(model, optimizer);
    }
}
