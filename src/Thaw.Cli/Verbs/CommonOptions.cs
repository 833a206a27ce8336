using System.CommandLine;
using Thaw.Core.Text;
using Thaw.Learning.Checkpoints;

namespace Thaw.Cli.Verbs;

/// <summary>Options that several verbs share, so that they are spelled and explained alike.</summary>
internal static class CommonOptions
{
    public static Option<bool> Json() =>
        new("--json") { Description = "Print one JSON object as the last line of stdout; everything else goes to stderr." };

    public static Option<string> Model() =>
        new("--model") { Description = "Folder of the model, in Hugging Face layout.", Required = true, HelpName = "DIR" };

    public static Option<string?> Adapter() =>
        new("--adapter") { Description = "Folder of a LoRA adapter in PEFT's layout, put on the model without merging.", HelpName = "DIR" };

    public static Option<string> Device() =>
        new("--device") { Description = "auto, cpu, cuda or cuda:N; auto is the first GPU where there is one.", HelpName = "D", DefaultValueFactory = _ => "auto" };

    public static Option<string?> Dtype() => new("--dtype")
    {
        Description = "Type of the matrices: auto (the checkpoint's), float32, bfloat16 or float16; float32 on a CPU and auto on a GPU where nothing is said.",
        HelpName = "T",
    };

    /// <summary>What <see cref="Dtype"/> was given.</summary>
    /// <exception cref="UsageException">Another word.</exception>
    public static WeightType WeightTypeOf(string? dtype) => dtype switch
    {
        null => WeightType.Default,
        "auto" => WeightType.Auto,
        "float32" => WeightType.Float32,
        "bfloat16" => WeightType.Bfloat16,
        "float16" => WeightType.Float16,
        _ => throw new UsageException($"--dtype: {NearestName.Describe("type", dtype, ["auto", "float32", "bfloat16", "float16"])}"),
    };

    public static Option<string?> Config() =>
        new("--config") { Description = "YAML file with the configuration; --key value overrides a key of it.", HelpName = "FILE" };

    /// <param name="defaultFolder">Where results go if nothing is said.</param>
    public static Option<string> Out(string defaultFolder) =>
        new("--out") { Description = "Folder for the results.", HelpName = "DIR", DefaultValueFactory = _ => defaultFolder };

    public static Option<ulong> Seed(ulong value = 0) =>
        new("--seed") { Description = "Decides every random choice.", HelpName = "N", DefaultValueFactory = _ => value };

    /// <summary>A list, given as <c>a,b,c</c> or as several values.</summary>
    public static Option<string[]> List(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "A,B,...",
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result =>
            [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
    };
}
