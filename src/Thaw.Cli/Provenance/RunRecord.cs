using System.Globalization;
using Thaw.Cli.Configuration;
using Thaw.Cli.Doctor;
using Thaw.Cli.Output;
using Thaw.Cli.Verbs;
using Thaw.Core.Reports;
using Thaw.Torch;

namespace Thaw.Cli.Provenance;

/// <summary>Stamps a run with all that is needed to make its numbers again. Every verb that writes results leaves one <c>run.json</c> beside them.</summary>
internal static class RunRecord
{
    // What OpenMP, OpenBLAS, libtorch and CUDA read from the environment and what we do.
    private static readonly string[] s_variables =
        ["OMP_NUM_THREADS", "OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ATEN_CPU_CAPABILITY", "CUDA_VISIBLE_DEVICES", "LIBTORCH", "WORLD_SIZE"];

    /// <param name="configuration">A record or dictionary; every key of it is written out.</param>
    /// <param name="device">With the element type that matrices are multiplied in: see <see cref="Describe(string, DType)"/>.</param>
    public static RunStamp Stamp(string title, Reporting reporting, object configuration, string device, IReadOnlyList<ulong> seeds, IEnumerable<RunInput> inputs) => new()
    {
        Title = title,
        Commit = VersionCommand.Version,
        CommandLine = reporting.CommandLine,
        Configuration = ConfigurationWriter.Write(configuration),
        Libraries = [new(".NET", Environment.Version.ToString()), new("libtorch", TorchRuntime.Version)],
        Device = device,
        CpuFeatures = CpuFacts.Read().Features,
        Machine = Machine(),
        Inputs = [.. inputs],
        Seeds = seeds,
        Started = DateTimeOffset.UtcNow,
    };

    /// <summary>Runs <paramref name="work"/> with a <c>run.json</c> in <paramref name="folder"/> from before it begins; how long it took is added when it ends well.</summary>
    public static T Around<T>(string folder, RunStamp stamp, Func<T> work)
    {
        RunFile.Write(folder, stamp);
        var result = work();
        RunFile.Write(folder, stamp with { Duration = DateTimeOffset.UtcNow - stamp.Started });
        return result;
    }

    /// <summary><c>cpu: AMD EPYC, 2 threads, BFloat16</c>.</summary>
    public static string Describe(string device, DType type) => Describe(device, type.ToString());

    public static string Describe(string device, string type) =>
        string.Create(CultureInfo.InvariantCulture, $"{device}: {CpuFacts.Read().Model}, {TorchRuntime.Threads} threads, {type}");

    private static Dictionary<string, string> Machine()
    {
        var machine = new Dictionary<string, string>
        {
            ["folder"] = Environment.CurrentDirectory,
            ["threads"] = TorchRuntime.Threads.ToString(CultureInfo.InvariantCulture),
            ["blas"] = (BlasFacts.LoadedOrNull() ?? BlasFacts.Find(Environment.GetEnvironmentVariable("LIBTORCH") is { Length: > 0 } own ? own : null, Environment.GetEnvironmentVariable("LD_LIBRARY_PATH"))).Variant,
        };
        foreach (var name in s_variables)
        {
            if (Environment.GetEnvironmentVariable(name) is { Length: > 0 } value)
            {
                machine[name] = value;
            }
        }

        return machine;
    }
}
