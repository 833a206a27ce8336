using System.CommandLine;
using System.CommandLine.Help;
using Thaw.Cli.Verbs;
using Thaw.Learning.Distribution;
using Thaw.Learning.Training;
using Thaw.Torch;
using Thaw.Torch.Distributed;

namespace Thaw.Cli.Launch;

/// <summary>The ranks of the job that this process belongs to.</summary>
internal static class JobRanks
{
    /// <exception cref="UsageException">The environment is that of a rank, but wrong, or the verb does not run on several.</exception>
    public static void ThrowIfNotFor(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is Verb { AcceptsRanks: false } verb && parsed.Action is not (HelpAction or VerbHelp) && EnvironmentOrNull() is { } own)
        {
            throw new UsageException($"{verb.Name} runs in one process, but WORLD_SIZE says {own.Count}; only sft and grpo train on several ranks");
        }
    }

    /// <summary>Waits for the other ranks, where the environment says that there are any.</summary>
    /// <returns>The ranks, and the settings with the device of this one.</returns>
    public static (Ranks Ranks, TOptions Options) Join<TOptions>(TOptions options)
        where TOptions : TrainingOptions
    {
        if (EnvironmentOrNull() is not { } environment)
        {
            return (Ranks.Alone, options);
        }

        var device = DeviceOf(options.Device, environment);
        var backend = options.DdpBackend ?? (device.IsCuda ? GroupBackend.Nccl : GroupBackend.Gloo);
        if (device.IsCuda != (backend == GroupBackend.Nccl))
        {
            throw new ArgumentException($"Key 'ddp_backend': {(device.IsCuda ? "gloo carries the tensors of CPUs" : "nccl carries the tensors of GPUs")}, but device is {device}.");
        }

        return (Ranks.Join(environment, backend, device, TimeSpan.FromSeconds(options.DdpTimeout), Quit), options with { Device = device.ToString() });
    }

    /// <summary>Each rank takes the GPU of its place on its machine.</summary>
    internal static Device DeviceOf(string device, RankEnvironment environment) => device switch
    {
        "auto" when TorchRuntime.CudaDevices == 0 => Device.Cpu,
        "auto" or "cuda" => Device.Parse($"cuda:{environment.LocalRank}"),
        _ when device.StartsWith("cuda:", StringComparison.Ordinal) => throw new ArgumentException($"Key 'device': with several ranks say cuda, not {device}: each rank takes the GPU of its LOCAL_RANK."),
        _ => Device.Parse(device),
    };

    private static RankEnvironment? EnvironmentOrNull() => UsageException.From(() => RankEnvironment.ReadOrNull(Environment.GetEnvironmentVariable));

    private static void Quit(string reason)
    {
        Console.Error.WriteLine($"thaw: {reason}");
        TorchRuntime.Quit(ExitCode.Failed);
    }
}
