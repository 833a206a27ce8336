using System.CommandLine;
using System.Text.Json.Nodes;
using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Cli.Verbs;

namespace Thaw.Cli.Doctor;

/// <summary><c>thaw doctor</c>: what was found on this machine, how fast it is, and what should be otherwise.</summary>
internal static class DoctorCommand
{
    private const double Gibi = 1L << 30;

    public static Command Create(IEngineProbe probe)
    {
        var json = new JsonOption();
        var verb = new Verb("doctor", "Show what was found on this machine, how fast it is, and what should be otherwise.", "thaw doctor") { json };
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            return Task.FromResult(Run(DoctorReport.Collect(probe, cancellation), reporting));
        });
        return verb;
    }

    /// <returns>Failed where the engine is there and does not work.</returns>
    internal static int Run(DoctorReport report, Reporting reporting)
    {
        var advice = DoctorAdvice.For(report).ToList();
        foreach (var (name, value) in Lines(report))
        {
            reporting.Say($"{name,-12} {value}");
        }

        reporting.Say(advice.Count == 0 ? "All is as it should be." : "");
        foreach (var line in advice)
        {
            reporting.Say($"advice: {line}");
        }

        reporting.Result(Json(report, advice));
        return report.EngineProblem is null ? ExitCode.Ok : ExitCode.Failed;
    }

    private static IEnumerable<(string Name, string Value)> Lines(DoctorReport report)
    {
        yield return ("thaw", VersionCommand.Version);
        yield return ("system", report.System);
        yield return (".NET", report.DotNet);
        yield return ("CPU", $"{report.Cpu.Model}, {report.Cpu.PhysicalCores} cores ({report.UsableCores} processors usable)");
        yield return ("features", string.Join(", ", CpuFacts.Asked.Select(feature => report.Cpu.Has(feature) ? feature : $"no {feature}")));
        yield return ("threads", $"{report.Threads?.ToString() ?? "not set"} (OMP_NUM_THREADS)");
        yield return ("libtorch", report.Libtorch.Folder is { } folder ? $"{report.Engine?.Version ?? report.Libtorch.Version ?? "unknown version"} in {folder}" : "not found");
        yield return ("BLAS", $"{report.Blas.Variant}, {(report.Blas.IsFast ? "fast" : "slow")}{(report.Blas.Path is { } path ? $", {path}" : "")}{(report.CoreType is { } core ? $", core type {core}" : "")}");
        if (report.Engine is { } engine)
        {
            yield return ("speed", $"{engine.Float32Gflops:0} GFLOP/s in float32, {engine.Bfloat16Gflops:0} in bfloat16; training will use {engine.DataType}");
            yield return ("devices", string.Join(", ", engine.Devices));
        }

        yield return ("GPU", report.Gpu.Names.Count > 0 ? string.Join("; ", report.Gpu.Names) : report.Gpu.HasDevice ? "a device, but no driver tool to ask" : "none");
        yield return ("memory", $"{report.MemoryBytes / Gibi:0.0} GiB");
        yield return ("disk", $"{report.DiskFreeBytes / Gibi:0.0} GiB free in {report.DiskFolder}");
    }

    private static JsonObject Json(DoctorReport report, IEnumerable<string> advice) => new()
    {
        ["version"] = VersionCommand.Version,
        ["system"] = report.System,
        ["dotnet"] = report.DotNet,
        ["cpu"] = new JsonObject
        {
            ["model"] = report.Cpu.Model,
            ["physical_cores"] = report.Cpu.PhysicalCores,
            ["usable_processors"] = report.UsableCores,
            ["features"] = new JsonObject(CpuFacts.Asked.Select(feature => KeyValuePair.Create<string, JsonNode?>(feature, report.Cpu.Has(feature)))),
        },
        ["threads"] = report.Threads,
        ["openblas_coretype"] = report.CoreType,
        ["libtorch"] = new JsonObject { ["version"] = report.Engine?.Version ?? report.Libtorch.Version, ["path"] = report.Libtorch.Folder },
        ["blas"] = new JsonObject { ["variant"] = report.Blas.Variant, ["path"] = report.Blas.Path, ["fast"] = report.Blas.IsFast },
        ["engine"] = report.Engine is { } engine
            ? new JsonObject
            {
                ["threads"] = engine.Threads,
                ["dtype"] = engine.DataType,
                ["devices"] = Array(engine.Devices),
                ["float32_gflops"] = Math.Round(engine.Float32Gflops, 1),
                ["bfloat16_gflops"] = Math.Round(engine.Bfloat16Gflops, 1),
            }
            : null,
        ["engine_problem"] = report.EngineProblem,
        ["gpus"] = Array(report.Gpu.Names),
        ["memory_bytes"] = report.MemoryBytes,
        ["disk_free_bytes"] = report.DiskFreeBytes,
        ["advice"] = Array(advice),
    };

    private static JsonArray Array(IEnumerable<string> items) => [.. items.Select(item => JsonValue.Create(item))];
}
