using Thaw.Cli.Configuration;
using Thaw.Core.Tasks;
using Thaw.Learning.Grpo;
using Thaw.Learning.Training;

namespace Thaw.Cli.Tests.Configuration;

public sealed class GrpoStudyTests
{
    [Theory]
    [InlineData("grpo.yaml")]
    [InlineData("paper-grpo.yaml")]
    public void Read_ACommittedStudy_CanBeRun(string name)
    {
        var options = ConfigurationReader.Read<GrpoOptions>(
            Path.Combine(Repository.Root, "studies", name), [new("model_name_or_path", "runs/warm"), new("output_dir", "runs/x")]);

        options.Validate();

        var task = TaskCatalog.Find(options.Task);
        Assert.All(options.EvalSplits, split => Assert.Equal(split, task.FindSplit(split).Name));
    }

    // paper.md 6.1.
    [Fact]
    public void Read_ThePapersStudy_HasItsNumbers()
    {
        var options = ConfigurationReader.Read<GrpoOptions>(Path.Combine(Repository.Root, "studies", "paper-grpo.yaml"), []);

        Assert.Equal((8, 256, 1), (options.NumGenerations, options.PerDeviceTrainBatchSize / options.NumGenerations, options.StepsPerGeneration * options.NumIterations));
        Assert.Equal((1e-6, ScheduleKind.Constant, 1.0, 0.01), (options.LearningRate, options.LrSchedulerType, options.MaxGradNorm, options.WeightDecay));
        Assert.Equal((0.0, false, 0.2, 3.0), (options.Beta, options.UseKlInReward, options.Epsilon, options.DualClip));
        Assert.Equal((1024, 1.0, 100.0, RewardScaling.Group), (options.MaxCompletionLength, options.Temperature, options.NumTrainEpochs, options.ScaleRewards));
        Assert.Equal(["paper"], options.RewardFuncs);
    }
}
