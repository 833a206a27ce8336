using System.Diagnostics;
using System.Text.Json;
using Thaw.Core.Randomness;
using Thaw.Core.Storage;
using Thaw.Core.Tasks.Points;
using Thaw.Core.Tasks.Sokoban;

namespace Thaw.Benchmarks.Tasks;

/// <summary>The same work in plain Python, on a small sample: <c>tasks_reference.py</c> in a process of its own, while nothing else runs.</summary>
internal static class PythonSide
{
    private const string Script = "benchmarks/tasks_reference.py";
    private const string Functions = "tests/golden/tasks";

    // Each kind of work takes a few seconds; six cards would take Python hours.
    private static readonly (RoomShape Shape, int Generate, int Solve, int Episodes)[] s_rooms =
        [(new(6, 6, 1), 300, 200, 20), (new(6, 6, 2), 60, 20, 100), (new(10, 10, 1), 60, 20, 100), (new(10, 10, 2), 12, 4, 500)];

    private static readonly (int Cards, int Hands)[] s_hands = [(4, 40), (5, 8)];

    /// <param name="Rates">Work in a second of processor time, by work and shape.</param>
    public sealed record Outcome(IReadOnlyDictionary<(string Work, string Shape), double> Rates, bool Agrees);

    /// <exception cref="InvalidOperationException">The script ended with an error; what it had to say is on stderr.</exception>
    public static Outcome Run(string root)
    {
        var rooms = s_rooms.Select(entry => (entry.Shape, entry.Generate, Rooms: Draw(entry.Shape, entry.Solve), entry.Episodes)).ToList();
        var hands = s_hands.Select(entry => (entry.Cards, Hands: TaskWork.DrawHands(SplitMix64.For(0, $"benchmark/python/{entry.Cards}"), entry.Cards, entry.Hands))).ToList();
        var job = new Job(
            [.. rooms.Select(entry => new RoomJob(
                entry.Shape.ToString(), entry.Shape.Rows, entry.Shape.Columns, entry.Shape.Boxes, entry.Generate, entry.Episodes,
                [.. entry.Rooms.Select(room => RoomDigits.Fixed(room.Level))],
                [.. entry.Rooms.Select(room => RoomDigits.State(room.Level, room.Start))]))],
            [.. hands.Select(entry => new HandJob(TaskWork.NameOfHands(entry.Cards), entry.Hands))]);
        var answers = Answers(root, job);
        var agrees =
            rooms.All(entry => Of("solve, rooms", entry.Shape.ToString()).SequenceEqual(entry.Rooms.Select(room => SokobanSolver.FindShortest(room.Level, room.Start)!.Plan.Count)))
            && hands.All(entry => Of("decide, hands", TaskWork.NameOfHands(entry.Cards)).Zip(entry.Hands).All(pair => Agrees(pair.First, pair.Second)));
        return new Outcome(answers.ToDictionary(answer => (answer.Work, answer.Shape), answer => answer.Count / answer.Seconds), agrees);

        IEnumerable<int> Of(string work, string shape) => answers.Single(answer => (answer.Work, answer.Shape) == (work, shape)).Answers!;
    }

    private static List<SokobanInstance> Draw(RoomShape shape, int count)
    {
        var (generator, random) = (new SokobanRoomGenerator(shape), SplitMix64.For(0, $"benchmark/python/{shape}"));
        return [.. Enumerable.Range(0, count).Select(_ => generator.Next(random))];
    }

    // The public solver does not try every nesting, so only what it finds is proven.
    private static bool Agrees(int python, int[] values) => python == 0 || PointsSolver.CanMake(values, 24);

    private static Answer[] Answers(string root, Job job)
    {
        var file = Path.Combine(Path.GetTempPath(), $"thaw-tasks-{Environment.ProcessId}.json");
        try
        {
            File.WriteAllText(file, JsonSerializer.Serialize(job, JsonFormat.Line));
            var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("PYTHON") ?? "/usr/bin/python3")
            {
                ArgumentList = { "-B", Path.Combine(root, Script), file, Path.Combine(root, Functions) },
                RedirectStandardOutput = true,
            };
            using var process = Process.Start(start) ?? throw new InvalidOperationException($"{start.FileName} could not be started.");
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? JsonSerializer.Deserialize<Answer[]>(output, JsonFormat.Line)!
                : throw new InvalidOperationException($"{Script} failed; what it says is above. It needs numpy: Debian's python3-numpy.");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private sealed record Job(RoomJob[] Rooms, HandJob[] Hands);

    private sealed record RoomJob(string Shape, int Rows, int Columns, int Boxes, int Generate, int Episodes, string[][] Fixed, string[][] State);

    private sealed record HandJob(string Shape, int[][] Values);

    private sealed record Answer(string Work, string Shape, long Count, double Seconds, int[]? Answers);
}
