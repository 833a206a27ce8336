using System.Runtime.InteropServices;

namespace Thaw.Cli.Doctor;

/// <summary>Everything that <c>thaw doctor</c> found.</summary>
/// <param name="Threads">OMP_NUM_THREADS, or null where it is not set.</param>
/// <param name="CoreType">OPENBLAS_CORETYPE, or null where OpenBLAS chooses by itself.</param>
/// <param name="UsableCores">Processors that this process may run on.</param>
/// <param name="EngineProblem">Why the engine could not be asked, or null.</param>
internal sealed record DoctorReport(
    string System,
    string DotNet,
    CpuFacts Cpu,
    int UsableCores,
    int? Threads,
    string? CoreType,
    LibtorchFacts Libtorch,
    BlasFacts Blas,
    EngineFacts? Engine,
    string? EngineProblem,
    GpuFacts Gpu,
    long MemoryBytes,
    string DiskFolder,
    long DiskFreeBytes)
{
    public static DoctorReport Collect(IEngineProbe probe, CancellationToken cancellation)
    {
        var libtorch = Variable("LIBTORCH");
        var (engine, problem) = Ask(probe, cancellation);
        var folder = Environment.CurrentDirectory;
        return new DoctorReport(
            $"{SystemName()}, {RuntimeInformation.OSArchitecture}",
            RuntimeInformation.FrameworkDescription,
            CpuFacts.Read(),
            Environment.ProcessorCount,
            int.TryParse(Variable("OMP_NUM_THREADS"), out var threads) ? threads : null,
            Variable("OPENBLAS_CORETYPE"),
            LibtorchFacts.Find(libtorch),
            BlasFacts.LoadedOrNull() ?? BlasFacts.Find(libtorch, Variable("LD_LIBRARY_PATH")),
            engine,
            problem,
            GpuFacts.Find(),
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            folder,
            new DriveInfo(folder).AvailableFreeSpace);
    }

    // A doctor must also report on an engine that does not load; whatever is no expected failure stays a bug.
    private static (EngineFacts? Engine, string? Problem) Ask(IEngineProbe probe, CancellationToken cancellation)
    {
        try
        {
            return (probe.Probe(cancellation), null);
        }
        catch (Exception error) when (error is not OperationCanceledException && Failure.Of(error) is { IsExpected: true })
        {
            return (null, Failure.Of(error).Line);
        }
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string SystemName()
    {
        const string Release = "/etc/os-release";
        var name = File.Exists(Release)
            ? File.ReadLines(Release).FirstOrDefault(line => line.StartsWith("PRETTY_NAME=", StringComparison.Ordinal))
            : null;
        return name is null ? RuntimeInformation.OSDescription : name["PRETTY_NAME=".Length..].Trim('"');
    }
}
