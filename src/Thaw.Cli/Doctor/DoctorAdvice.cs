namespace Thaw.Cli.Doctor;

/// <summary>One line for each thing that is not as it should be.</summary>
internal static class DoctorAdvice
{
    private const double SlowGflopsPerThread = 15;
    private const long Gibi = 1L << 30;

    private static readonly HashSet<string> s_coreTypesWithAvx512 = new(StringComparer.OrdinalIgnoreCase) { "SkylakeX", "Cooperlake", "SapphireRapids", "Zen5" };

    public static IEnumerable<string> For(DoctorReport report)
    {
        if (report.Libtorch.Folder is null)
        {
            yield return "No libtorch: start the program as ./thaw, which installs Debian's, or name a libtorch folder in LIBTORCH.";
        }

        if (!report.Blas.IsFast)
        {
            yield return $"The matrix library is {report.Blas.Variant}, which is 20 times slower than it need be: apt-get install libopenblas0-openmp.";
        }

        if (report.Threads is null)
        {
            yield return "OMP_NUM_THREADS is not set, so one thread computes: start the program as ./thaw, which sets it.";
        }
        else if (report.Threads > report.UsableCores)
        {
            yield return $"OMP_NUM_THREADS is {report.Threads}, but only {report.UsableCores} processors may be used: unset it, ./thaw chooses well.";
        }
        else if (report.Threads < Math.Min(report.UsableCores, report.Cpu.PhysicalCores))
        {
            yield return $"OMP_NUM_THREADS is {report.Threads} of {Math.Min(report.UsableCores, report.Cpu.PhysicalCores)} cores: unset it to use all.";
        }

        if (report.Cpu.Has("avx512f") && report.Blas.Variant.StartsWith("OpenBLAS", StringComparison.Ordinal))
        {
            if (report.CoreType is null)
            {
                yield return "OPENBLAS_CORETYPE is not set and this CPU has AVX-512: start the program as ./thaw, which sets SkylakeX (up to twice as fast).";
            }
            else if (!s_coreTypesWithAvx512.Contains(report.CoreType))
            {
                yield return $"OPENBLAS_CORETYPE is {report.CoreType}, which leaves AVX-512 unused: unset it, ./thaw chooses SkylakeX (up to twice as fast).";
            }
        }

        if (!report.Cpu.Has("avx2"))
        {
            yield return "This CPU has no AVX2: training will be several times slower than the documentation says.";
        }

        if (report.EngineProblem is { } problem)
        {
            yield return $"The engine does not work: {problem}";
        }

        if (report.Engine is { } engine && engine.Float32Gflops < SlowGflopsPerThread * engine.Threads)
        {
            yield return $"Only {engine.Float32Gflops:0} GFLOP/s in float32 on {engine.Threads} threads: something else is using the processors, or the matrix library is a slow one.";
        }

        if ((report.Gpu.HasDevice || report.Gpu.Names.Count > 0) && report.Engine is { } cpuOnly && !cpuOnly.Devices.Any(device => device.StartsWith("cuda", StringComparison.Ordinal)))
        {
            yield return "There is a GPU, but this libtorch computes on the CPU only: name a CUDA libtorch, or the torch folder of a PyTorch with CUDA, in LIBTORCH.";
        }

        if (report.MemoryBytes < 6 * Gibi)
        {
            yield return $"{report.MemoryBytes / (double)Gibi:0.0} GiB of memory: the quickstart wants 8.";
        }

        if (report.DiskFreeBytes < 3 * Gibi)
        {
            yield return $"{report.DiskFreeBytes / (double)Gibi:0.0} GiB free in {report.DiskFolder}: builds, checkpoints and results of the quickstart want 3.";
        }
    }
}
