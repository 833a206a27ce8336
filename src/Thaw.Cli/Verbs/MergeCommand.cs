using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Thaw.Cli.Options;
using Thaw.Cli.Output;
using Thaw.Learning.Lora;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw merge --model DIR --adapter DIR --out DIR</c>: base and adapter as one model.</summary>
internal static class MergeCommand
{
    public static Command Create()
    {
        var model = new ModelOption();
        var adapter = new Option<string>("--adapter") { Description = "Folder of the LoRA adapter, in PEFT's layout.", Required = true, HelpName = "DIR" };
        var output = new Option<string>("--out") { Description = "New folder for the merged model, in the base's own element types.", Required = true, HelpName = "DIR" };
        var shard = new Option<string>("--max-shard-size") { Description = "Numbers of one weights file, at most: 5GB, 500MB, 2GiB.", HelpName = "SIZE", DefaultValueFactory = _ => "5GB" };
        var json = new JsonOption();
        var verb = new Verb(
            "merge",
            "Add a LoRA adapter to the model that it was trained on, and write the sum as a model of its own.",
            "thaw merge --model models/base --adapter runs/lora/checkpoint-400 --out models/merged")
        { model, adapter, output, shard, json };
        verb.SetAction((parsed, cancellation) =>
        {
            using var reporting = Reporting.For(parsed, json);
            var size = ByteSize.ParseOrNull(parsed.GetRequiredValue(shard))
                ?? throw new UsageException($"--max-shard-size: a size such as 5GB is expected, not '{parsed.GetValue(shard)}'");
            var folder = parsed.GetRequiredValue(output);
            var changed = AdapterMerge.Run(parsed.GetRequiredValue(model), parsed.GetRequiredValue(adapter), folder, size, cancellation);
            reporting.Say(string.Create(CultureInfo.InvariantCulture, $"merged {changed} matrices: {folder}"));
            reporting.Result(new JsonObject { ["model"] = folder, ["merged"] = changed });
            return Task.FromResult(ExitCode.Ok);
        });
        return verb;
    }
}
