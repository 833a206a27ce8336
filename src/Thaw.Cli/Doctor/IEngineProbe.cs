namespace Thaw.Cli.Doctor;

/// <summary>Asks the loaded engine what it is and how fast it multiplies.</summary>
internal interface IEngineProbe
{
    /// <summary>Takes a second or two: it measures.</summary>
    /// <returns>Null where there is no engine to ask.</returns>
    EngineFacts? Probe(CancellationToken cancellation);
}

/// <summary>What the loaded libtorch says of itself.</summary>
/// <param name="DataType">The type that training will use on this machine: <c>float32</c> or <c>bfloat16</c>.</param>
/// <param name="Devices">Where it can compute: <c>cpu</c>, <c>cuda:0</c>.</param>
/// <param name="Float32Gflops">Measured on a matrix product of the size of training, in 10⁹ operations a second.</param>
internal sealed record EngineFacts(
    string Version,
    int Threads,
    string DataType,
    IReadOnlyList<string> Devices,
    double Float32Gflops,
    double Bfloat16Gflops);
