using System.Diagnostics;
using Thaw.Core.Demonstrations;
using Thaw.Core.Generation;
using Thaw.Core.Tasks;
using Thaw.Learning.Checkpoints;
using Thaw.Learning.Generation;
using Thaw.Learning.Grpo;
using Thaw.Learning.Objectives;
using Thaw.Learning.Training;
using Thaw.Torch;

namespace Thaw.Benchmarks.Grpo;

/// <summary>Whole steps of GRPO on the base model, with or without sharing: eight completions of each prompt, their rewards, one update.</summary>
/// <remarks>
/// Rewards are the mean of the tokens' ids modulo 8: any two answers differ in it, so groups spread, and it takes no time. Everything else is as <c>thaw grpo</c> does it.
/// </remarks>
internal sealed class GrpoStep : IDisposable
{
    // Lost in the rounding of every weight: both sides go on sampling from the same weights, bit by bit.
    private const double LearningRate = 1e-12;

    /// <summary>Rows of a padded batch: the fastest without sharing of 8, 16, 32 and 64.</summary>
    private const int PaddedRows = 32;

    private readonly GrpoCase _case;
    private readonly bool _isShared;
    private readonly ModelFolder _model;
    private readonly GenerationEngine _engine;
    private readonly AdamW _optimizer;
    private readonly SupervisedTrainer _trainer;
    private readonly int[][] _prompts;
    private int _step;

    /// <param name="steps">How many steps may be made.</param>
    public GrpoStep(GrpoCase work, bool isShared, string model, DType computeType, int steps)
    {
        (_case, _isShared, _model) = (work, isShared, ModelFolder.Load(model));
        _model.Decoder.ComputeType = computeType;
        _engine = new GenerationEngine(_model.Decoder, _model.Tokenizer, _model.StopIds, new EngineLimits { PrefixSharing = isShared });
        _optimizer = new AdamW(_model.Decoder.Parameters, new AdamWOptions(WeightDecay: 0));
        _trainer = new SupervisedTrainer(
            _model.Decoder, _optimizer, new LearningRateSchedule(ScheduleKind.Constant, LearningRate, 0, steps), 1.0, new LossPlan(new ClippedPolicy(new ClippedPolicyOptions())));
        var rows = TaskCatalog.Find("sokoban").Demonstrate(new DemonstrationPlan(work.Diversity, Seed: 1));

        // Prompts of other rooms: neighbours in the data are positions of one plan.
        _prompts = [.. rows.Where((_, i) => i % 8 == 0).Take(steps * GrpoCase.Prompts).Select(row => _model.Tokenizer.Encode(row.Prompt))];
    }

    /// <summary>The next step.</summary>
    public GrpoStepResult Run()
    {
        var (start, cpuStart, computed) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime, _engine.ComputedTokens);
        var rows = Sample();
        var sampled = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var examples = Examples(rows);
        var batches = _trainer.Cut(examples, _isShared ? 64 : PaddedRows, _isShared ? BatchLayout.Tree : BatchLayout.Padded);
        var step = _trainer.Step(batches);
        return new GrpoStepResult(
            step.Loss,
            step.GradientNorm,
            step.OldGap,
            Stopwatch.GetElapsedTime(start).TotalSeconds,
            sampled,
            (Environment.CpuUsage.TotalTime - cpuStart).TotalSeconds,
            _engine.ComputedTokens - computed,
            batches.Sum(batch => batch.TokenCount),
            examples.Sum(example => (long)example.Ids.Length),
            [.. examples.Select(example => string.Join(' ', example.Ids.Where((_, place) => example.IsTarget[place])))]);
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _optimizer.Dispose();
        _engine.Dispose();
        _model.Dispose();
    }

    private List<GenerationRow> Sample()
    {
        _engine.ForgetPrefixes();
        var rows = new List<GenerationRow>();
        foreach (var (place, prompt) in _prompts.Skip(_step * GrpoCase.Prompts).Take(GrpoCase.Prompts).Index())
        {
            for (var sample = 0; sample < GrpoCase.Completions; sample++)
            {
                var sampling = new SamplingOptions { Temperature = 1, MaxNewTokens = _case.MaxNewTokens, Seed = (ulong)((((_step * GrpoCase.Prompts) + place) * GrpoCase.Completions) + sample) };
                rows.Add(_engine.Add(new GenerationRequest(prompt, sampling) { LogProbabilities = true, IgnoreEos = _case.Forced > 0 }));
            }
        }

        while (_engine.Step(default))
        {
        }

        _step++;
        return rows;
    }

    private static TrainingExample[] Examples(List<GenerationRow> rows)
    {
        GeneratedToken[][] completions = [.. rows.Select(row => row.StopToken is { } stop ? row.Tokens.Append(stop).ToArray() : [.. row.Tokens])];
        var advantages = GroupAdvantages.Of([.. completions.Select(tokens => tokens.Average(t => (t.Id % 8) / 7.0))], GrpoCase.Completions);
        return
        [
            .. rows.Select((row, i) => TrainingExample.FromPromptAndCompletion(row.Request.Prompt, [.. completions[i].Select(t => t.Id)]) with
            {
                Sampled = new SampledFacts(advantages[i], [.. completions[i].Select(t => t.LogProbability)]),
            }),
        ];
    }
}

/// <param name="OldGap">The greatest difference between a sampled token's log-probability there and here.</param>
/// <param name="SampleSeconds">Of <paramref name="Seconds"/>.</param>
/// <param name="SampledTokens">That went through the model in sampling.</param>
/// <param name="TrainedTokens">That went through it in the update, padding included.</param>
/// <param name="RowTokens">Prompts and completions, nothing shared or padded.</param>
/// <param name="Completions">Their tokens, row by row.</param>
internal sealed record GrpoStepResult(
    double Loss,
    double GradientNorm,
    double OldGap,
    double Seconds,
    double SampleSeconds,
    double CpuSeconds,
    long SampledTokens,
    long TrainedTokens,
    long RowTokens,
    IReadOnlyList<string> Completions);
