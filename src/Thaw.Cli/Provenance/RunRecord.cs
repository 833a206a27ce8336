using System.Globalization;
using Thaw.Cli.Configuration;
using Thaw.Cli.Doctor;
using Thaw.Cli.Launch;
using Thaw.Cli.Output;
using Thaw.Cli.Verbs;
using Thaw.Core.Reports;
using Thaw.Core.Storage;
using Thaw.Torch;

namespace Thaw.Cli.Provenance;

/// <summary>Stamps a run with all that is needed to make its numbers again. Every verb that writes results leaves one <c>run.json</c> beside them.</summary>
internal static class RunRecord
{
    // What OpenMP, OpenBLAS, libtorch and CUDA read from the environment and what we do.
    private static readonly string[] s_variables =
        ["OMP_NUM_THREADS", "OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ATEN_CPU_CAPABILITY", "MKL_CBWR", "ONEDNN_MAX_CPU_ISA", "CUDA_VISIBLE_DEVICES",
        "CUBLAS_WORKSPACE_CONFIG", "NVIDIA_TF32_OVERRIDE", "LIBTORCH", "THAW_NATIVE", "WORLD_SIZE"];

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
    /// <remarks>
    /// Work that is refused, as the folder is another run's or the input is malformed, leaves the files of the run before; so does work that finds everything done.
    /// </remarks>
    /// <param name="configuration">The resolved configuration and the name of its file, written beside.</param>
    /// <param name="goesOn">Whether the work adds to what the record in the folder is of.</param>
    /// <param name="isNothing">Whether the work had nothing to do.</param>
    /// <exception cref="IOException">Another run is writing in the folder.</exception>
    public static T Around<T>(
        string folder, RunStamp stamp, Func<T> work, (string Name, string Text)? configuration = null, bool goesOn = false, Func<T, bool>? isNothing = null)
    {
        using var own = FolderLock.Take(folder);
        stamp = goesOn ? stamp with { EarlierStarts = EarlierStarts(folder, stamp) } : stamp;
        var before = new[] { RunFile.Name, configuration?.Name }.OfType<string>().Select(name => Path.Combine(folder, name)).Where(File.Exists)
            .Select(path => (Path: path, Text: File.ReadAllText(path))).ToList();
        if (configuration is var (name, text))
        {
            AtomicFile.WriteText(Path.Combine(folder, name), text);
        }

        RunFile.Write(folder, stamp);
        try
        {
            var result = work();
            if (before.Count > 0 && isNothing?.Invoke(result) == true)
            {
                Restore();
                return result;
            }

            RunFile.Write(folder, stamp with { Duration = DateTimeOffset.UtcNow - stamp.Started });
            return result;
        }
        catch (Exception error) when (error is InvalidDataException or ArgumentException)
        {
            Restore();
            throw;
        }

        void Restore() => before.ForEach(file => AtomicFile.WriteText(file.Path, file.Text));
    }

    // A start with the same command and program adds nothing: the two are one run that was interrupted.
    private static IReadOnlyList<EarlierStart> EarlierStarts(string folder, RunStamp now)
    {
        if (!File.Exists(Path.Combine(folder, RunFile.Name)))
        {
            return [];
        }

        var last = RunFile.Read(folder);
        return last.Configuration == now.Configuration && last.Commit == now.Commit
            ? last.EarlierStarts
            : [.. last.EarlierStarts, new EarlierStart(last.Commit, last.CommandLine, last.Configuration, last.Started)];
    }

    /// <summary><c>cpu: AMD EPYC, 2 threads, BFloat16</c>.</summary>
    public static string Describe(string device, DType type) => Describe(device, type.ToString());

    public static string Describe(string device, string type) =>
        Torch.Device.Parse(device) is { IsCuda: true } gpu
            ? $"{gpu}: {string.Join(", ", GpuFacts.Find().Names)}, {type}"
            : string.Create(CultureInfo.InvariantCulture, $"cpu: {CpuFacts.Read().Model}, {TorchRuntime.Threads} threads, {type}");

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
            if (LauncherLink.Before(name) is { Length: > 0 } value)
            {
                machine[name] = value;
            }
        }

        return machine;
    }
}
