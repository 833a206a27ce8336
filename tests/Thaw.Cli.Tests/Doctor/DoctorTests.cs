using System.Text.Json.Nodes;
using Thaw.Cli.Doctor;
using Thaw.Cli.Output;

namespace Thaw.Cli.Tests.Doctor;

public sealed class DoctorTests
{
    private static readonly DoctorReport s_healthy = new(
        "Debian",
        ".NET 10",
        new CpuFacts("CPU", ["avx2", "avx512f"], 4, 8),
        UsableCores: 8,
        Threads: 4,
        CoreType: "SkylakeX",
        new LibtorchFacts("/usr", "1.13.0"),
        BlasFacts.Classify("/usr/lib/x/openblas-openmp/libblas.so.3"),
        new EngineFacts("1.13.0", 4, "float32", ["cpu"], 400, 100),
        EngineProblem: null,
        new GpuFacts([], HasDevice: false),
        MemoryBytes: 16L << 30,
        DiskFolder: "/data",
        DiskFreeBytes: 100L << 30);

    public static TheoryData<string, string> Problems => new()
    {
        { "no libtorch", "No libtorch" },
        { "reference BLAS", "libopenblas0-openmp" },
        { "no threads", "OMP_NUM_THREADS is not set" },
        { "too many threads", "OMP_NUM_THREADS is 64" },
        { "too few threads", "OMP_NUM_THREADS is 1 of 4" },
        { "no core type", "OPENBLAS_CORETYPE is not set" },
        { "old core type", "OPENBLAS_CORETYPE is Haswell" },
        { "no AVX2", "no AVX2" },
        { "broken engine", "The engine does not work: libc10.so is missing" },
        { "slow", "Only 6 GFLOP/s" },
        { "unused GPU", "There is a GPU" },
        { "small memory", "4.0 GiB of memory" },
        { "small disk", "1.0 GiB free in /data" },
    };

    [Fact]
    public void For_HealthyMachine_AdvisesNothing()
    {
        Assert.Empty(DoctorAdvice.For(s_healthy));
    }

    [Theory]
    [MemberData(nameof(Problems))]
    public void For_OneProblem_AdvisesOneLine(string problem, string clue)
    {
        var line = Assert.Single(DoctorAdvice.For(With(problem)));

        Assert.Contains(clue, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_WithJson_HasTheDocumentedKeys()
    {
        var run = await CommandRun.Of("doctor", "--json");

        var json = JsonNode.Parse(Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)))!.AsObject();
        Assert.Equal(
            ["version", "system", "dotnet", "cpu", "threads", "openblas_coretype", "libtorch", "blas", "engine", "engine_problem", "gpus", "memory_bytes", "disk_free_bytes", "advice"],
            json.Select(pair => pair.Key));
        Assert.True(json["cpu"]!["physical_cores"]!.GetValue<int>() >= 1);
        Assert.Equal(["avx2", "avx512f", "avx512_bf16", "amx_bf16"], json["cpu"]!["features"]!.AsObject().Select(pair => pair.Key));
    }

    [Fact]
    public void Run_BrokenEngine_FailsAndStillReports()
    {
        using var output = new StringWriter();
        using var reporting = new Reporting(output, TextWriter.Null, json: false);

        Assert.Equal(ExitCode.Failed, DoctorCommand.Run(With("broken engine"), reporting));
        Assert.Contains("BLAS", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_HyperThreadsOnTwoSockets_CountsCores()
    {
        var cpuinfo = string.Concat(Enumerable.Range(0, 8).Select(i =>
            $"processor\t: {i}\nmodel name\t: Some CPU\nphysical id\t: {i / 4}\ncore id\t\t: {i % 2}\nflags\t\t: fpu avx2 avx512_bf16\n\n"));

        var cpu = CpuFacts.Parse(cpuinfo);

        Assert.Equal(("Some CPU", 4, 8), (cpu.Model, cpu.PhysicalCores, cpu.LogicalCores));
        Assert.Equal(["avx2", "avx512_bf16"], cpu.Features);
    }

    [Fact]
    public void Parse_NoCoreIds_CountsProcessors()
    {
        Assert.Equal(2, CpuFacts.Parse("processor\t: 0\n\nprocessor\t: 1\n").PhysicalCores);
    }

    [Fact]
    public void Find_LibtorchFolderAndLibraryPath_AreReadFromThere()
    {
        using var folder = new TemporaryFolder();
        folder.Write("include/torch/csrc/api/include/torch/version.h", "#define TORCH_VERSION \\\n  \"2.5.1\"\n");
        folder.Write("openblas-pthread/libblas.so.3", "");

        Assert.Equal(new LibtorchFacts(folder.Path, "2.5.1"), LibtorchFacts.Find(folder.Path));
        Assert.Equal("OpenBLAS (pthread)", BlasFacts.Find(null, $"/no/such:{folder.Path}/openblas-pthread").Variant);
    }

    private static DoctorReport With(string problem) => problem switch
    {
        "no libtorch" => s_healthy with { Libtorch = new LibtorchFacts(null, null) },
        "reference BLAS" => s_healthy with { Blas = BlasFacts.Classify("/usr/lib/x/blas/libblas.so.3") },
        "no threads" => s_healthy with { Threads = null },
        "too many threads" => s_healthy with { Threads = 64 },
        "too few threads" => s_healthy with { Threads = 1 },
        "no core type" => s_healthy with { CoreType = null },
        "old core type" => s_healthy with { CoreType = "Haswell" },
        "no AVX2" => s_healthy with { Cpu = new CpuFacts("CPU", [], 4, 8) },
        "broken engine" => s_healthy with { Engine = null, EngineProblem = "libc10.so is missing" },
        "slow" => s_healthy with { Engine = s_healthy.Engine! with { Float32Gflops = 6 } },
        "unused GPU" => s_healthy with { Gpu = new GpuFacts(["H200, 143771 MiB"], HasDevice: true) },
        "small memory" => s_healthy with { MemoryBytes = 4L << 30 },
        "small disk" => s_healthy with { DiskFreeBytes = 1L << 30 },
        _ => throw new ArgumentOutOfRangeException(nameof(problem)),
    };
}
