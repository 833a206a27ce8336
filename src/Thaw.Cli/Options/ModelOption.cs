using System.CommandLine;

namespace Thaw.Cli.Options;

/// <summary><c>--model DIR</c>, of verbs that load a model.</summary>
internal sealed class ModelOption : Option<string>
{
    public ModelOption(string description = "Folder of the model, in Hugging Face layout.")
        : base("--model")
    {
        Description = description;
        Required = true;
        HelpName = "DIR";
    }
}
