using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Thaw.Benchmarks.Output;
using Thaw.Core.Storage;
using Thaw.Torch;

namespace Thaw.Benchmarks.Grpo;

/// <summary>One side of a case in a process of its own, so that its peak memory is its own. It waits between rounds.</summary>
internal sealed class GrpoSide : IDisposable
{
    /// <summary>The hidden verb that such a process is started with.</summary>
    public const string Verb = "grpo-side";

    private readonly Process _process;

    public GrpoSide(GrpoCase work, bool isShared, BenchmarkOptions options)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                typeof(GrpoSide).Assembly.Location, Verb, work.Name, isShared.ToString(), Path.GetFullPath(options.Model), options.ComputeType.ToString(), options.Steps.ToString(CultureInfo.InvariantCulture),
            },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} could not be started.");
    }

    /// <summary>One step that is not timed, then the timed ones, from the weights of the checkpoint.</summary>
    /// <exception cref="InvalidOperationException">The process ended; what it had to say is on stderr.</exception>
    public GrpoRound Run()
    {
        _process.StandardInput.WriteLine("round");
        _process.StandardInput.Flush();
        var line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{Verb} ended before the round did.");
        return JsonSerializer.Deserialize<GrpoRound>(line, JsonFormat.Line)!;
    }

    public void Dispose()
    {
        // End of input ends it.
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>What the process does: a round for each line of <paramref name="input"/>.</summary>
    public static int Serve(string[] arguments, TextReader input, TextWriter output)
    {
        var (work, isShared, model) = (GrpoCase.Find(arguments[0]), bool.Parse(arguments[1]), arguments[2]);
        var (dtype, steps) = (Enum.Parse<DType>(arguments[3]), int.Parse(arguments[4], CultureInfo.InvariantCulture));
        while (input.ReadLine() is not null)
        {
            using var step = new GrpoStep(work, isShared, model, dtype, steps + 1);
            GrpoStepResult[] results = [.. Enumerable.Range(0, steps + 1).Select(_ => step.Run())];
            output.WriteLine(JsonSerializer.Serialize(new GrpoRound(results, MachineFacts.PeakMegabytes()), JsonFormat.Line));
            output.Flush();
        }

        return 0;
    }
}

/// <param name="Steps">The first is not timed.</param>
/// <param name="PeakMegabytes">Greatest resident memory of the side's process so far.</param>
internal sealed record GrpoRound(IReadOnlyList<GrpoStepResult> Steps, double PeakMegabytes)
{
    private IEnumerable<GrpoStepResult> Timed => Steps.Skip(1);

    public double Seconds => Timed.Sum(step => step.Seconds);

    public double SampleSeconds => Timed.Sum(step => step.SampleSeconds);

    public double CpuSeconds => Timed.Sum(step => step.CpuSeconds);

    /// <summary>Places for which the model is computed, sampling and update, for each token of the rows.</summary>
    public double Computed => Timed.Sum(step => (double)step.SampledTokens + step.TrainedTokens) / (2.0 * Timed.Sum(step => step.RowTokens));
}
