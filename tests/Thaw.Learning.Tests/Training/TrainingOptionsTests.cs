using Thaw.Learning.Sft;

namespace Thaw.Learning.Tests.Training;

public sealed class TrainingOptionsTests
{
    private static readonly SftOptions s_sound = new() { ModelNameOrPath = "model", OutputDir = "out" };

    public static TheoryData<string, SftOptions> Unsound => new()
    {
        { "adam_beta1", s_sound with { AdamBeta1 = 1 } },
        { "adam_beta2", s_sound with { AdamBeta2 = 1 } },
        { "adam_epsilon", s_sound with { AdamEpsilon = 0 } },
        { "weight_decay", s_sound with { WeightDecay = -0.1 } },
        { "min_lr_ratio", s_sound with { MinLrRatio = -1 } },
        { "max_grad_norm", s_sound with { MaxGradNorm = -1 } },
        { "muon_learning_rate", s_sound with { MuonLearningRate = 0 } },
        { "eval_splits", s_sound with { EvalSteps = 10 } },
        { "max_completion_length", s_sound with { MaxCompletionLength = 0 } },
        { "lint_only", s_sound with { LintOnly = true, Lint = Learning.Sft.Linting.LintMode.Off } },
    };

    [Theory]
    [MemberData(nameof(Unsound))]
    public void Validate_ASettingThatCannotWork_IsNamed(string key, SftOptions options)
    {
        s_sound.Validate();

        Assert.StartsWith($"Key '{key}' ", Assert.Throws<ArgumentException>(options.Validate).Message, StringComparison.Ordinal);
    }
}
