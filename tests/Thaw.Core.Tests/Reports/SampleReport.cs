using Thaw.Core.Evaluation;
using Thaw.Core.Reports;
using Thaw.Core.Statistics;
using Thaw.Core.Tasks;

namespace Thaw.Core.Tests.Reports;

/// <summary>A small study with the numbers that a base, a frozen and an obedient arm would give.</summary>
internal static class SampleReport
{
    public static readonly IReadOnlyList<ReportSplit> Splits =
    [
        new("id", SplitKind.Id, "the training words"),
        new("alphabetical", SplitKind.Instruction, "A B C D"),
        new("numerical", SplitKind.Instruction, "1 2 3 4"),
        new("held-out", SplitKind.Instruction, "words never trained on"),
        new("fake", SplitKind.Fake, "states 1 2 3 4, scores the training words"),
        new("two-boxes", SplitKind.Difficulty, "two boxes"),
    ];

    public static ReportModel Study() => Computed(new ReportModel
    {
        Stamp = Stamp(),
        Task = "sokoban",
        Splits = Splits,
        Arms =
        [
            Arm("base", "the model before training", [0.17, 0.21, 0.19, 0.14, 0, 0], [0.97, 0.95, 0.96, 0.93, 0.02, 0.97]),
            Arm("frozen-answer", "one prompt, answers only", [0.96, 0, 0, 0, 0.94, 0.12], [1, 0.01, 0, 0, 0.99, 1]) with
            {
                Curve = Curve([0.17, 0.21, 0.19, 0.14, 0, 0], [0.96, 0, 0, 0, 0.94, 0.12]),
                Losses = Losses(0.02),
            },
            Arm("diverse-answer", "words drawn for every prompt", [0.93, 0.92, 0.9, 0.88, 0, 0.1], [1, 1, 0.99, 1, 0, 1]) with
            {
                Curve = Curve([0.17, 0.21, 0.19, 0.14, 0, 0], [0.93, 0.92, 0.9, 0.88, 0, 0.1]),
                Losses = Losses(0.06),
            },
        ],
        Comparisons =
        [
            Comparison("diverse-answer", "frozen-answer", "numerical", 180, 0, 1e-50, 0.9, 0.85, 0.94),
            Comparison("diverse-answer", "frozen-answer", "id", 4, 10, 0.18, -0.03, -0.07, 0.01),
            Comparison("diverse-answer", "frozen-answer", "fake", 0, 188, 1e-55, -0.94, -0.97, -0.9),
        ],
        Episodes = [Solved(), Ignored()],
        Deviations = ["Rooms of 6×6 with fresh boards instead of the paper's training boards.", "Greedy decoding instead of temperature 0.5."],
    });

    public static ReportModel Computed(ReportModel model) =>
        model with { Findings = StudyFindings.Of(model), Warnings = ReportWarnings.Of(model) };

    public static PairedComparison Comparison(
        string a, string b, string split, int onlyA, int onlyB, double p, double difference, double low, double high) =>
        new(a, b, split, new PairedOutcomes(200, onlyA, onlyB, p, new BootstrapInterval(difference, low, high)));

    public static RunStamp Stamp() => new()
    {
        Title = "Quickstart: does the model follow its instructions?",
        Commit = "0123456789ab",
        CommandLine = "thaw quickstart --seed 7",
        Configuration = "task: sokoban\nlearning_rate: 0.001\nseed: 7",
        Libraries = [new("libtorch", "1.13.1"), new(".NET", "10.0.1")],
        Device = "CPU, 2 cores, bfloat16",
        CpuFeatures = ["avx512f", "avx512_bf16"],
        Seeds = [7],
        Started = new DateTimeOffset(2026, 8, 1, 10, 30, 0, TimeSpan.FromHours(2)),
        Duration = new TimeSpan(0, 11, 42),
    };

    /// <param name="success">In the order of <see cref="Splits"/>.</param>
    public static ReportArm Arm(string name, string description, double[] success, double[] validity, int n = 200) =>
        new(name, description, Splits.Select((split, i) => (split.Name, Result: Result(success[i], validity[i], n))).ToDictionary(r => r.Name, r => r.Result));

    public static SplitResult Result(double success, double validity, int n)
    {
        var interval = WilsonInterval.OfMean(success, n);
        var failed = n - (int)Math.Round(success * n);
        var wrongWord = (int)Math.Round(failed * (1 - validity));
        return new SplitResult(success, interval.Low, interval.High, validity, n, 9, new Dictionary<string, int>
        {
            ["training-word"] = wrongWord,
            ["out-of-turns"] = (failed - wrongWord) / 2,
            ["dead-end"] = failed - wrongWord - (failed - wrongWord) / 2,
        });
    }

    private static IReadOnlyList<CurvePoint> Curve(double[] first, double[] last) =>
    [
        .. Enumerable.Range(0, 9).Select(i => new CurvePoint(i * 100, Splits
            .Select((split, s) => (split.Name, Rate: first[s] + (last[s] - first[s]) * (1 - Math.Exp(-i * 0.7))))
            .ToDictionary(p => p.Name, p => new CurveValue(p.Rate, Math.Clamp(p.Rate + 0.05, 0, 1), 60)))),
    ];

    private static IReadOnlyList<LossPoint> Losses(double end) =>
        [.. Enumerable.Range(1, 200).Select(i => new LossPoint(i * 4, end + 1.2 * Math.Exp(-i / 30.0) + 0.01 * (i % 3), 1e-3 * (1 - i / 201.0)))];

    private static SampleEpisode Solved()
    {
        string[] boards =
        [
            Board("######", "#_P__#", "#_X__#", "#__O_#", "#____#", "######"),
            Board("######", "#____#", "#_P__#", "#_XO_#", "#____#", "######"),
            Board("######", "#____#", "#____#", "#P√__#", "#____#", "######"),
        ];
        return new SampleEpisode("diverse-answer", "numerical", "a1b2c3d4e5f60718", "Up=1 Down=2 Left=3 Right=4", "Up=1 Down=2 Left=3 Right=4", true,
        [
            Turn(boards[0], "2", true, "None"),
            Turn(boards[1], "4", true, "None") with { DrawingAfter = boards[2] },
        ]);
    }

    private static SampleEpisode Ignored()
    {
        var board = Board("######", "#_P__#", "#_X__#", "#__O_#", "#__S_#".Replace('S', '_'), "######");
        return new SampleEpisode("frozen-answer", "numerical", "a1b2c3d4e5f60718", "Up=1 Down=2 Left=3 Right=4", "Up=1 Down=2 Left=3 Right=4", false,
            [.. Enumerable.Range(0, 30).Select(_ => Turn(board, "Down", false, "training-word"))]);
    }

    private static SampleTurn Turn(string board, string word, bool isValid, string reason) => new(
        board,
        $"<|im_start|>user\nYou are a Sokoban solver.\n\nRules:\n1. Push boxes (you cannot pull them).\n\nAnswers:\n<answer> 1 </answer> | <answer> 2 </answer> | <answer> 3 </answer> | <answer> 4 </answer>\nwhere 1 is Up, 2 is Down, 3 is Left, 4 is Right.\n\nRewards:\nMove: -0.1\n\n\n[Current Observation]:\n{board}\nDecide the next action:<|im_end|>\n<|im_start|>assistant\n<think>\n",
        $"</think> <answer> {word} </answer>\n",
        word,
        isValid,
        reason);

    private static string Board(params string[] rows) => string.Join('\n', rows.Select(row => string.Concat(row.Select(cell => $" {cell} \t"))));
}
