using System.CommandLine;
using Thaw.Core.Text;
using Thaw.Learning.Checkpoints;

namespace Thaw.Cli.Options;

/// <summary><c>--dtype T</c>, of verbs that use a model as it answers.</summary>
internal sealed class DtypeOption : Option<string?>
{
    public DtypeOption()
        : base("--dtype")
    {
        Description = "Type of the matrices: auto (the checkpoint's), float32, bfloat16 or float16; float32 on a CPU and auto on a GPU where nothing is said.";
        HelpName = "T";
    }

    /// <exception cref="UsageException">The flag has another word.</exception>
    public WeightType Read(ParseResult parsed) => Named(parsed.GetValue(this));

    /// <summary>The type of a name; null is what suits the device.</summary>
    /// <exception cref="UsageException">No type has the name.</exception>
    public static WeightType Named(string? name) => name switch
    {
        null => WeightType.Default,
        "auto" => WeightType.Auto,
        "float32" => WeightType.Float32,
        "bfloat16" => WeightType.Bfloat16,
        "float16" => WeightType.Float16,
        _ => throw new UsageException($"--dtype: {NearestName.Describe("type", name, ["auto", "float32", "bfloat16", "float16"])}"),
    };
}
