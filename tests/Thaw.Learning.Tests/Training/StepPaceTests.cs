using Thaw.Learning.Models;
using Thaw.Learning.Sft;
using Thaw.Learning.Tests.Lora;
using Thaw.Learning.Training;

namespace Thaw.Learning.Tests.Training;

public sealed class StepPaceTests
{
    /// <summary>A token goes once through every matrix of every layer, and one that is scored through the output.</summary>
    [Theory]
    [InlineData(DecoderFamily.Qwen3, true)]
    [InlineData(DecoderFamily.Llama, false)]
    public void Forward_OfOneToken_IsTwiceItsWeights(DecoderFamily family, bool isTied)
    {
        var config = TinyModels.Config with { Family = family, TiesEmbeddings = isTied };
        var matrices = DecoderWeights.ShapesOf(config).Where(w => w.Shape.Length == 2 && w.Name.Contains(".layers.", StringComparison.Ordinal)).Sum(w => w.Shape[0] * w.Shape[1]);

        Assert.Equal(2.0 * matrices, DecoderCost.Forward(config, tokens: 1, pairs: 0, scored: 0));
        Assert.Equal(2.0 * config.VocabularySize * config.Width, DecoderCost.Forward(config, 0, 0, scored: 1));

        // A pair: one product with the key and one with the value in each head of each layer.
        Assert.Equal(2.0 * 2 * config.Layers * config.QueryHeads * config.HeadWidth, DecoderCost.Forward(config, 0, pairs: 1, 0));
    }

    [Fact]
    public void Operations_OfRowsThatShareABeginning_CountItOnceAndNoPadding()
    {
        using var model = TinyModels.Fresh();
        TrainingExample[] rows =
        [
            TrainingExample.FromPromptAndCompletion([1, 2, 3, 4], [5, 6]),
            TrainingExample.FromPromptAndCompletion([1, 2, 3, 7, 8], [9]),
            new([1, 2, 3, 4, 5, 6, 7], [false, false, false, false, true, false, true], [3, 5]),
        ];
        TokenBatch[] batches = [TokenBatch.Of(rows[..2]), TokenBatch.Of(rows[2..])];

        // 1 2 3 once, 3 + 3 tokens behind it; then a stem of 3 with branches of 2 and 2.
        var pairs = (1 + 2 + 3) + (2 * (4 + 5 + 6)) + (1 + 2 + 3) + (2 * (4 + 5));
        Assert.Equal(3 * DecoderCost.Forward(model.Config, 3 + 3 + 3 + 7, pairs, 3 + 2), StepPace.Operations(model, batches));

        // An adapter's model has no gradients of its matrices to compute.
        using var adapted = LoraAdapterTests.Adapted();
        Assert.Equal(2.0 / 3, StepPace.Operations(adapted, batches) / StepPace.Operations(model, batches), 1e-12);
    }

    [Fact]
    public void TakeMetrics_AfterSteps_MeansThemAndStartsAnew()
    {
        var clock = new ManualClock();
        using var model = TinyModels.Fresh();
        TrainingExample[] rows = [TinyModels.Example("a", 5, 3)];
        TokenBatch[] batches = [TokenBatch.Of(rows)];
        var options = new SftOptions { PeakTflops = 1e-6 };
        var pace = new StepPace(new TrainingJob("", options, model, _ => rows, _ => { }) { Clock = clock });
        Step(2);
        Step(4);

        var metrics = pace.TakeMetrics().ToDictionary();
        Assert.Equal((3.0, 4.0, 16 / 6.0), (metrics["step_time"], metrics["train/dt"], metrics["train/tok_per_sec"]));
        Assert.Equal(2 * StepPace.Operations(model, batches) / 6 / 1e6, metrics["train/mfu"], 1e-12);

        // What passes between two steps, such as an evaluation, does not count.
        clock.Advance(100);
        Step(1);
        Assert.Equal(1.0, pace.TakeMetrics().ToDictionary()["step_time"]);

        void Step(double seconds)
        {
            pace.Begin();
            clock.Advance(seconds);
            pace.End(rows, batches);
        }
    }
}
