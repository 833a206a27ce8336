using System.CommandLine;

namespace Thaw.Cli.Options;

/// <summary><c>--adapter DIR</c>, of verbs that use a model as it answers.</summary>
internal sealed class AdapterOption : Option<string?>
{
    public AdapterOption()
        : base("--adapter")
    {
        Description = "Folder of a LoRA adapter in PEFT's layout, put on the model without merging.";
        HelpName = "DIR";
    }
}
