using System.Text.Json.Nodes;

namespace Thaw.Cli.Tests.Verbs;

public sealed class GenCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Gen_RoomsOfThePaper_AreTheGoldenOnesAndAFailedSeedIsReported()
    {
        var run = await Run("gen --task sokoban --split two-boxes --source paper --seeds 450-452 --instances-only --out OUT/rooms.jsonl --json");

        var golden = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests/golden/tasks/sokoban_rooms.json")))!.AsArray()
            .Where(room => (int)room!["boxes"]! == 2 && (int)room["rows"]! == 6 && (int)room["seed"]! is >= 450 and <= 452)
            .Select(room => room!.ToJsonString());
        Assert.Equal(golden, File.ReadLines(Path.Combine(_folder.Path, "rooms.jsonl")));
        Assert.Contains("seed 452: the public generator makes no instance: RuntimeWarning", run.Error, StringComparison.Ordinal);
        var result = JsonNode.Parse(run.Output)!;
        Assert.Equal((3, 1), ((int)result["rows"]!, (int)result["failed"]!));
    }

    [Fact]
    public async Task Gen_RoomsBySize_StateTheSizeAndTheDepth()
    {
        await Run("gen --task sokoban --rows 8 --cols 7 --boxes 2 --search-depth 20 --source paper --seeds 0-3 --instances-only --out OUT/rooms.jsonl");

        Assert.All(
            File.ReadLines(Path.Combine(_folder.Path, "rooms.jsonl")).Select((line, seed) => (line, seed)),
            row => Assert.StartsWith($$"""{"rows":8,"cols":7,"boxes":2,"search_depth":20,"seed":{{row.seed}},""", row.line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Gen_HandsOfThePaper_HaveTheKeysOfTheFormat()
    {
        await Run("gen --task points --split all-7 --source paper --seeds 42-66 --instances-only --out OUT/hands.jsonl");

        var lines = File.ReadAllLines(Path.Combine(_folder.Path, "hands.jsonl"));
        Assert.Equal(25, lines.Length);
        Assert.Equal("""{"split":"all-7","seed":42,"cards":["2","K","J","A"],"values":[2,7,7,1]}""", lines[0]);
    }

    [Fact]
    public async Task Gen_OwnInstances_LieInTheFoldThatWasAsked()
    {
        await Run("gen --task sokoban --split id --fold validation --count 5 --seed 4 --instances-only --out OUT/own.jsonl");

        var rows = File.ReadLines(Path.Combine(_folder.Path, "own.jsonl")).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(5, rows.Select(row => (string)row["instance_id"]!).Distinct().Count());
        Assert.All(rows, row => Assert.Equal(("validation", 6), ((string)row["fold"]!, row["state"]!.AsArray().Count)));
    }

    [Fact]
    public async Task Gen_Demonstrations_AreTheRowsOfTheTaskWithACard()
    {
        var run = await Run("gen --task sokoban --diversity diverse --count 4 --seed 1 --export trl,verl --out OUT/data --json");

        var golden = Path.Combine(Repository.Root, "tests/Thaw.Core.Tests/Tasks/Sokoban/Golden/diverse.jsonl");
        Assert.Equal(File.ReadAllText(golden), File.ReadAllText(Path.Combine(_folder.Path, "data/train.jsonl")));
        Assert.Equal(3, JsonNode.Parse(run.Output)!["files"]!.AsArray().Count);
        Assert.Contains(
            "thaw gen --task sokoban --diversity diverse --format answer --count 4 --seed 1 --export trl,verl --out DIR",
            File.ReadAllText(Path.Combine(_folder.Path, "data/README.md")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gen_OwnHands_HaveTheValuesThatTheirSplitScores()
    {
        await Run("gen --task points --split fake --count 30 --seed 4 --fold test --instances-only --out OUT/own.jsonl");
        await Run("gen --task points --split regular --count 30 --seed 4 --fold test --instances-only --out OUT/regular.jsonl");

        Assert.Equal([10], Jacks("own.jsonl"));
        Assert.Equal([11], Jacks("regular.jsonl"));

        IEnumerable<int> Jacks(string name) => File.ReadLines(Path.Combine(_folder.Path, name)).Select(line => JsonNode.Parse(line)!)
            .SelectMany(row => row["cards"]!.AsArray().Zip(row["values"]!.AsArray())).Where(card => (string)card.First! == "J").Select(card => (int)card.Second!).Distinct();
    }

    [Theory]
    [InlineData("--diversity dose:4 --format cot", "dose:4")]
    [InlineData("--diversity diverse --pool paper", "diverse")]
    public async Task Gen_PointsDemonstrations_FollowTheirPlan(string flags, string diversity)
    {
        await Run($"gen --task points {flags} --count 300 --seed 1 --out OUT/points");

        var bindings = File.ReadLines(Path.Combine(_folder.Path, "points/train.jsonl")).Select(line => (string)JsonNode.Parse(line)!["binding"]!).Distinct().Count();
        Assert.Equal(diversity == "dose:4" ? 4 : 7, bindings);
        Assert.Contains($"# points: {diversity}, ", File.ReadAllText(Path.Combine(_folder.Path, "points/README.md")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--task sokoban --split larger --diversity diverse --format cot --count 50 --seed 2", "# sokoban, split larger: diverse, cot", "larger")]
    [InlineData("--task sokoban --split german --rows 5 --cols 8 --boxes 2 --diversity frozen --format answer --count 50 --seed 2", "a model that was trained on them has seen what that split is there to test", "german")]
    [InlineData("--task sokoban --diversity dose:3 --format answer --mark-share 0.5 --pool wide --count 50 --seed 2", "# sokoban: dose:3, answer", null)]
    [InlineData("--task points --split five --diversity frozen --format cot-full --count 50 --seed 2", "# points, split five: frozen, cot-full", "five")]
    public async Task Gen_DemonstrationsOfASplit_AreMadeAgainByTheCommandOfTheirCard(string flags, string note, string? split)
    {
        await Run($"gen {flags} --out OUT/first");
        var card = File.ReadAllText(Path.Combine(_folder.Path, "first/README.md"));
        var command = card.Split('\n').Single(line => line.StartsWith("thaw gen ", StringComparison.Ordinal));
        await Run(command["thaw ".Length..].Replace("DIR", "OUT/second", StringComparison.Ordinal));

        Assert.Equal($"thaw gen {flags} --out DIR", command);
        Assert.Contains(note, card, StringComparison.Ordinal);
        var rows = File.ReadAllLines(Path.Combine(_folder.Path, "first/train.jsonl"));
        Assert.Equal(rows, File.ReadAllLines(Path.Combine(_folder.Path, "second/train.jsonl")));
        Assert.All(rows, row => Assert.True(split is null || (string)JsonNode.Parse(row)!["split"]! == split));
    }

    [Fact]
    public async Task Gen_OwnRoomsBySize_AreOfThatSize()
    {
        await Run("gen --task sokoban --rows 8 --cols 7 --boxes 2 --fold test --count 5 --instances-only --out OUT/rooms.jsonl");

        Assert.All(File.ReadLines(Path.Combine(_folder.Path, "rooms.jsonl")), line => Assert.Contains("\"rows\":8,\"cols\":7,\"boxes\":2", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Gen_PaperPreset_HasThePapersNumberOfRows()
    {
        await Run("gen --task sokoban --preset paper --out OUT/paper");

        Assert.Equal(3981, File.ReadLines(Path.Combine(_folder.Path, "paper/train.jsonl")).Count());
    }

    [Fact]
    public async Task Audit_ThePapersTrainingSetAndItsTestBoards_PrintsTheirOverlap()
    {
        await Run("gen --task sokoban --preset paper --out OUT/paper");
        await Run("gen --task sokoban --split id --source paper --seeds 123-222 --instances-only --out OUT/test.jsonl");

        var run = await Run("audit OUT/paper OUT/test.jsonl --json");

        var result = JsonNode.Parse(run.Output)!;
        Assert.Equal(["prompt", "instance", "canonical", "mapping", "word"], result["overlap"]!.AsObject().Select(kind => kind.Key));
        Assert.Equal(1.0, (double)result["overlap"]!["instance"]!["share_of_b"]!);
        Assert.Contains("100 (100.0 %)", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gen", "--task is required")]
    [InlineData("gen --task sokobn --count 3 --out OUT/x", "unknown task 'sokobn'; the nearest known one is 'sokoban'")]
    [InlineData("gen --task sokoban --out OUT/x", "--count is required")]
    [InlineData("gen --task sokoban --count 0 --out OUT/x", "--count: must be positive, not 0")]
    [InlineData("gen --task sokoban --count 3 --seeds 1-2 --out OUT/x", "--seeds has no effect with demonstrations; add --instances-only")]
    [InlineData("gen --task sokoban --count 3 --source paper --out OUT/x", "--source paper goes with --instances-only or --preset paper")]
    [InlineData("gen --task sokoban --count 3 --diversity dose:0 --out OUT/x", "--diversity must be frozen, diverse or dose:N with a positive N, not 'dose:0'")]
    [InlineData("gen --task sokoban --count 3 --format cott --out OUT/x", "unknown format 'cott'; the nearest known one is 'cot'")]
    [InlineData("gen --task sokoban --count 3 --export tlr --out OUT/x", "unknown export 'tlr'; the nearest known one is 'trl'")]
    [InlineData("gen --task sokoban --count 3 --default-binding-share 1.5 --out OUT/x", "--default-binding-share: must lie between 0 and 1, not 1.5")]
    [InlineData("gen --task points --count 3 --diversity diverse --pool papr --out OUT/x", "unknown points pool 'papr'; the nearest known one is 'paper'")]
    [InlineData("gen --task points --count 3 --diversity dose:100000 --out OUT/x", "A dose lies between 1 and")]
    [InlineData("gen --task points --preset paper --diversity dose:2 --out OUT/x", "no dose, share or pool goes with them")]
    [InlineData("gen --task sokoban --preset papr --out OUT/x", "--preset must be paper, not 'papr'")]
    [InlineData("gen --task sokoban --instances-only --source paper --split id --out OUT/x", "--seeds is required with --source paper")]
    [InlineData("gen --task sokoban --instances-only --source paper --seeds 5-2 --split id --out OUT/x", "--seeds must be two whole numbers")]
    [InlineData("gen --task sokoban --instances-only --source paper --seeds 5 --out OUT/x", "--split is required with --source paper")]
    [InlineData("gen --task sokoban --instances-only --source paper --seeds 5 --rows 8 --boxes 2 --out OUT/x", "--cols is required with --source paper")]
    [InlineData("gen --task sokoban --instances-only --source paper --seeds 5 --rows 8 --split id --out OUT/x", "--rows has no effect with --split")]
    [InlineData("gen --task sokoban --instances-only --source paper --seeds 5 --split largr --out OUT/x", "unknown sokoban split 'largr'; the nearest known one is 'larger'")]
    [InlineData("gen --task sokoban --instances-only --source paper --seeds 5 --rows 99 --cols 9 --boxes 1 --search-depth 9 --out OUT/x", "A room holds at most 128 cells")]
    [InlineData("gen --task points --instances-only --source paper --seeds 5 --rows 8 --out OUT/x", "--split is required with --source paper")]
    [InlineData("gen --task sokoban --instances-only --count 3 --rows 8 --out OUT/x", "--cols is required with --rows")]
    [InlineData("gen --task sokoban --instances-only --count 3 --search-depth 8 --out OUT/x", "--search-depth has no effect with our own instances; add --source paper")]
    [InlineData("gen --task sokoban --count 3 --rows 8 --cols 20 --boxes 1 --out OUT/x", "A room holds at most 128 cells, not 8 × 20.")]
    [InlineData("gen --task points --count 3 --rows 8 --out OUT/x", "--rows has no effect with points, whose splits alone say how large an instance is")]
    [InlineData("gen --task sokoban --count 3 --split fake --out OUT/x", "Split fake has no demonstrations: its judge takes other words than its prompt states")]
    [InlineData("gen --task sokoban --count 3 --split numerical --diversity diverse --out OUT/x", "Split numerical differs by its words alone")]
    [InlineData("gen --task sokoban --count 3 --split larg --out OUT/x", "unknown sokoban split 'larg'; the nearest known one is 'larger'")]
    [InlineData("gen --task sokoban --count 3 --fold test --out OUT/x", "--fold has no effect with demonstrations, which are of the training fold")]
    [InlineData("gen --task sokoban --count 3 --pool wide --out OUT/x", "--pool has no effect with --diversity frozen")]
    [InlineData("gen --task sokoban --preset paper --split larger --out OUT/x", "--split has no effect with --preset paper")]
    [InlineData("gen --task points --count 3 --diversity diverse --mark-share 0.5 --out OUT/x", "it knows no share of marks")]
    [InlineData("gen --task sokoban --instances-only --count 3 --fold tran --out OUT/x", "unknown fold 'tran'; the nearest known one is 'train'")]
    [InlineData("gen --task sokoban --instances-only --count 3 --format cot --out OUT/x", "--format has no effect with --instances-only")]
    [InlineData("gen --task sokoban --instances-only --count 3 --out OUT", "is a folder, but instances go to one file")]
    public async Task Gen_WrongUsage_IsOneLineAndExitCode2(string line, string clue)
    {
        var run = await Try(line);

        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains(clue, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Audit_FileThatIsNotThere_IsOneLineThatNamesIt()
    {
        var run = await Try("audit OUT/none OUT/none");

        Assert.Equal(ExitCode.Failed, run.Code);
        Assert.Contains(Path.Combine(_folder.Path, "none"), Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    private async Task<CommandRun> Run(string line)
    {
        var run = await Try(line);
        Assert.True(run.Code == ExitCode.Ok, run.Error);
        return run;
    }

    private Task<CommandRun> Try(string line) => CommandRun.Of([.. line.Split(' ').Select(word => word.Replace("OUT", _folder.Path, StringComparison.Ordinal))]);
}
