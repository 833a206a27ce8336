using System.CommandLine;

namespace Thaw.Cli.Options;

/// <summary><c>--model DIR</c>, of verbs that load a model.</summary>
internal sealed class ModelOption : Option<string>
{
    public ModelOption()
        : base("--model")
    {
        Description = "Folder of the model, in Hugging Face layout.";
        Required = true;
        HelpName = "DIR";
    }
}
