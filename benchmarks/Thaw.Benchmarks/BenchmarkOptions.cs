using Thaw.Torch;

namespace Thaw.Benchmarks;

/// <summary>What is asked for on the command line.</summary>
internal sealed record BenchmarkOptions
{
    public required int Rounds { get; init; }

    /// <summary>Timed steps of a round; one step before them warms up.</summary>
    public required int Steps { get; init; }

    public required string Model { get; init; }

    /// <summary>Null: what training would choose on this machine.</summary>
    public required bool? IsBFloat16 { get; init; }

    /// <summary>Folder for the result as Markdown; null writes none.</summary>
    public required string? Out { get; init; }

    public required bool Json { get; init; }

    public DType ComputeType => IsBFloat16 switch
    {
        true => DType.BFloat16,
        false => DType.Float32,
        null => TorchRuntime.FastestType(default),
    };

    /// <summary>
    /// How far the losses of a step may lie apart, in nats per token. Float32 differs by the order of summation only, which a few
    /// updates amplify; bfloat16 has three digits and is rounded at different places on the two sides.
    /// </summary>
    public double LossTolerance => ComputeType == DType.Float32 ? 1e-3 : 2e-2;
}
