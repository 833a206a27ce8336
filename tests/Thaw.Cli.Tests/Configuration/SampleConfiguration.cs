using System.ComponentModel;

namespace Thaw.Cli.Tests.Configuration;

internal enum SampleSchedule
{
    Cosine,
    ConstantWithWarmup,
}

/// <summary>One property of each kind that a configuration may have.</summary>
internal sealed record SampleConfiguration
{
    [Description("Folder for the results")]
    public string OutputDir { get; init; } = "runs/out";

    public double LearningRate { get; init; } = 1e-3;

    public int MaxSteps { get; init; } = 100;

    public ulong Seed { get; init; }

    public bool Bf16 { get; init; }

    public int? SaveSteps { get; init; }

    public string? RunName { get; init; }

    public SampleSchedule LrSchedulerType { get; init; }

    public IReadOnlyList<string> Splits { get; init; } = ["id"];

    public IReadOnlyList<int> EvalSteps { get; init; } = [];

    public SampleArm Base { get; init; } = new();

    public IReadOnlyList<SampleArm> Stages { get; init; } = [];

    public IReadOnlyDictionary<string, SampleArm> Arms { get; init; } = new Dictionary<string, SampleArm>();
}

internal sealed record SampleArm
{
    public string Diversity { get; init; } = "none";

    public double AdamBeta1 { get; init; } = 0.9;
}

internal sealed record SampleRequired
{
    public required string Task { get; init; }
}
