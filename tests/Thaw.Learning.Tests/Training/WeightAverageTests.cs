using Thaw.Learning.Checkpoints;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Learning.Tests.Training;

public sealed class WeightAverageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Update_OverManySteps_IsTheRecurrenceInFloat32()
    {
        using var scope = new TensorScope();
        using var noGrad = new NoGradScope();
        using var parameter = new Parameter("w", Tensor.FromSpan([1f, -2f, 0.3f], 3));
        using var average = new WeightAverage([parameter], 0.9);
        double[] exact = [1, -2, 0.3f];
        for (var step = 1; step <= 50; step++)
        {
            float[] weights = [MathF.Sin(step), 100f / step, step];
            parameter.Value.CopyFrom(Tensor.FromSpan(weights, 3));
            average.Update();
            exact = [.. exact.Zip(weights, (a, w) => (0.9 * a) + (0.1 * w))];
        }

        float[] last = parameter.Value.ToFloats();
        average.Swap();

        // Each of two roundings a step is at most 6e-8 of the number, and 0.9 forgets the old ones: 10 steps' worth stay.
        Assert.All(exact.Zip(parameter.Value.ToFloats()), pair => Assert.Equal(pair.First, pair.Second, 1.5e-6 * Math.Max(1, Math.Abs(pair.First))));
        average.Swap();
        Assert.Equal(last, parameter.Value.ToFloats());
    }

    [Fact]
    public void Dispose_AfterUpdatesAndSwaps_LeavesNoTensors()
    {
        using var model = TinyModels.Fresh();
        LiveTensors.AreNotLeftBy(() =>
        {
            using var average = new WeightAverage(model.Parameters, 0.9);
            average.Update();
            average.Swap();
        });
    }

    [Fact]
    public void Write_OfThreeCheckpoints_IsTheirMeanRoundedOnce()
    {
        using var model = TinyModels.Fresh();
        var weights = new List<float[]>();
        foreach (var step in new[] { 2, 4, 6 })
        {
            using var other = TinyModels.Fresh((ulong)step);
            model.CopyWeightsFrom(other);
            var folder = Directory.CreateDirectory(TrainingCheckpoint.PathOf(_folder.Path, step)).FullName;
            TrainingCheckpoint.WriteWeights(folder, model);
            weights.Add(model.Parameters[3].Value.ToFloats());
        }

        var averaged = CheckpointAverage.Write(_folder.Path, [2, 4, 6], model, path => ConfigFile.Write(Path.Combine(path, DecoderFolder.ConfigName), model.Config, 1));

        using var read = DecoderFolder.Read(averaged);
        Assert.Equal(
            Enumerable.Range(0, weights[0].Length).Select(i => (float)(((double)weights[0][i] + weights[1][i] + weights[2][i]) * (1.0 / 3))),
            read.Parameters[3].Value.ToFloats());
        Assert.Equal(read.Parameters[3].Value.ToFloats(), model.Parameters[3].Value.ToFloats());
        Assert.Contains("""["checkpoint-2","checkpoint-4","checkpoint-6"]""", File.ReadAllText(Path.Combine(averaged, "averaged_from.json")), StringComparison.Ordinal);
    }
}
