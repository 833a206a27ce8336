using System.Security.Cryptography;
using System.Text.Json;
using Thaw.Core.Demonstrations;
using Thaw.Core.Generation;
using Thaw.Core.Progress;
using Thaw.Core.Storage;
using Thaw.Learning.Checkpoints;

namespace Thaw.Learning.Collecting;

/// <summary>Rejection sampling: a teacher answers training prompts, the task's own judge decides, correct answers become a dataset.</summary>
public static class CollectRun
{
    /// <summary>The dataset: what <c>thaw sft --dataset_name</c> reads.</summary>
    public const string TrainName = "train.jsonl";

    /// <summary>Every sample that was drawn.</summary>
    public const string SamplesName = SampleLog.FileName;

    internal const string Generator = "thaw collect/1";

    private const string YieldName = "yield.json";
    private const string IdentityName = "collect.json";
    private const string AnswersName = "answers.jsonl";

    /// <param name="name">What the run is called on the display.</param>
    /// <param name="endpoint">Opens the generator of a served teacher, which keeps its answers in the file that it is given; disposed here.</param>
    /// <exception cref="OperationCanceledException">Running again goes on behind the last prompt that was done.</exception>
    /// <exception cref="InvalidDataException">The folder was begun with other settings or another teacher.</exception>
    public static CollectYield Run(
        CollectOptions options, string name, IProgress<WorkProgress>? progress, CancellationToken cancellation, Func<CollectOptions, string, ITextGenerator>? endpoint = null)
    {
        options.Validate();
        var source = new PromptSource(options);
        if (source.Count == 0)
        {
            throw new InvalidDataException($"{(options.DatasetName.Length > 0 ? options.DatasetName : options.Task)}: no prompts{(options.DatasetOffset > 0 ? $" behind dataset_offset {options.DatasetOffset}" : "")}.");
        }

        var teacher = IdOf(options);
        Claim(options, teacher);
        if (ReadYieldOrNull(options.OutputDir) is { } done)
        {
            return WithDataset(options, teacher, done);
        }

        if (!File.Exists(Path.Combine(options.OutputDir, SamplesName)))
        {
            using var log = new SampleLog(options.OutputDir);
            using var opened = Open(options, teacher, endpoint);
            new SampleCollector(options, source, opened, log).Run($"{name}: sampling", progress, cancellation);
        }

        var result = Conclude(options, teacher);

        // Kept longer, they would stand for another model of the same name.
        File.Delete(AnswersOf(options));
        return result;
    }

    /// <summary>What an earlier run came to; null where none has ended in the folder.</summary>
    public static CollectYield? ReadYieldOrNull(string folder)
    {
        var path = Path.Combine(folder, YieldName);
        return File.Exists(path) ? JsonSerializer.Deserialize<CollectYield>(File.ReadAllText(path), JsonFormat.Line) : null;
    }

    // A dataset that was lost is made again from the samples.
    private static CollectYield WithDataset(CollectOptions options, string teacher, CollectYield done)
    {
        var (samples, train) = (Path.Combine(options.OutputDir, SamplesName), Path.Combine(options.OutputDir, TrainName));
        return Is(train, done.TrainSha256) ? done
            : Is(samples, done.SamplesSha256) ? Conclude(options, teacher)
            : throw new InvalidDataException($"{train}: is not what this collection wrote, and neither is {SamplesName}, from which it could be made again. Choose another output_dir.");

        static bool Is(string file, string sha256) => File.Exists(file) && HashOf(file) == sha256;
    }

    // All from the file of samples, so that nothing depends on where a run was interrupted. The yield comes last: where it is, all is.
    private static CollectYield Conclude(CollectOptions options, string teacher)
    {
        var (samples, train) = (Path.Combine(options.OutputDir, SamplesName), Path.Combine(options.OutputDir, TrainName));
        var tally = new YieldTally();
        DemonstrationFile.Write(train, JsonLines.Read<Sample>(samples).Select(Counted).Where(sample => sample.Kept).Select(sample => sample.ToDemonstration(options.Seed)));
        var result = tally.Sum(teacher, HashOf(train), HashOf(samples));
        AtomicFile.WriteText(Path.Combine(options.OutputDir, YieldName), JsonSerializer.Serialize(result, JsonFormat.Indented) + "\n");
        return result;

        Sample Counted(Sample sample)
        {
            tally.Add(sample);
            return sample;
        }
    }

    private static ITeacher Open(CollectOptions options, string id, Func<CollectOptions, string, ITextGenerator>? endpoint) => options.Kind switch
    {
        TeacherKind.Solver => new SolverTeacher(),
        TeacherKind.Endpoint => new GeneratorTeacher(endpoint?.Invoke(options, AnswersOf(options)) ?? throw new InvalidOperationException("No client for endpoints was given."), id, options),
        _ => new CheckpointTeacher(options, id),
    };

    private static string AnswersOf(CollectOptions options) => Path.Combine(options.OutputDir, AnswersName);

    private static string IdOf(CollectOptions options) => options.Kind switch
    {
        TeacherKind.Solver => "solver",
        TeacherKind.Endpoint => $"{options.Model} at {options.Endpoint}",
        _ when options.AdapterNameOrPath.Length > 0 => $"{CheckpointId(options.ModelNameOrPath)} with {CheckpointId(options.AdapterNameOrPath)}",
        _ => CheckpointId(options.ModelNameOrPath),
    };

    private static string CheckpointId(string folder) => $"{Path.GetFileName(Path.TrimEndingDirectorySeparator(folder))} sha256:{FolderHash.Of(folder)}";

    private static void Claim(CollectOptions options, string teacher)
    {
        // Where things lie and how many requests run at once decide nothing.
        var settings = options with { OutputDir = "", ModelNameOrPath = "", AdapterNameOrPath = "", DatasetName = "", ApiKeyEnv = null, Concurrency = 1 };
        var identity = new Identity(settings, teacher, options.DatasetName.Length > 0 ? HashOf(options.DatasetName) : null);
        ClaimedFolder.Claim(Path.Combine(options.OutputDir, IdentityName), JsonSerializer.Serialize(identity, JsonFormat.Indented) + "\n", "collection");
    }

    private static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private sealed record Identity(CollectOptions Options, string Teacher, string? DatasetSha256);
}
