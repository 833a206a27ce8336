using System.CommandLine;
using System.Text.Json;
using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Cli.Provenance;
using Thaw.Core.Reports;
using Thaw.Core.Storage;

namespace Thaw.Cli.Verbs;

/// <summary>What the analyses have in common: the two models, and where the result goes.</summary>
internal static class AnalysisVerb
{
    public static ModelOption TunedOption() => new("The tuned model: its folder, or that of a LoRA adapter on the base.");

    public static Option<string> BaseOption() => new("--base") { Description = "Folder of the model that tuning began with.", Required = true, HelpName = "DIR" };

    public static Option<string> TaskOption() => new("--task") { Description = "Which game.", HelpName = "NAME", DefaultValueFactory = _ => "sokoban" };

    public static Option<string?> OutputOption(string files) =>
        new("--out") { Description = $"Folder for {files} and run.json; nothing is written without it.", HelpName = "DIR" };

    /// <summary>Both models' files, as a run's stamp names them.</summary>
    public static IEnumerable<RunInput> Inputs(string model, string @base) => [.. RunInput.Folder("model", model), .. RunInput.Folder("base", @base)];

    /// <summary>Runs an analysis, writes its result and <c>run.json</c> where a folder is given, and prints it.</summary>
    /// <param name="analyse">Is told the folder, or null.</param>
    public static int Run<T>(string name, string? output, Func<RunStamp> stamp, Func<string?, T> analyse, Func<T, IEnumerable<string>> table, Reporting reporting)
    {
        if (output is null)
        {
            return Finish(analyse(null), table, reporting);
        }

        var folder = OutputFolder.Prepare(output);
        return Finish(RunRecord.Around(folder, stamp(), Write), table, reporting);

        T Write()
        {
            var result = analyse(folder);
            AtomicFile.WriteText(Path.Combine(folder, $"{name}.json"), JsonSerializer.Serialize(result, JsonFormat.Indented) + "\n");
            return result;
        }
    }

    public static int Finish<T>(T result, Func<T, IEnumerable<string>> table, Reporting reporting)
    {
        foreach (var line in table(result))
        {
            reporting.Say(line);
        }

        reporting.Result(JsonSerializer.SerializeToNode(result, JsonFormat.Line)!.AsObject());
        return ExitCode.Ok;
    }
}
