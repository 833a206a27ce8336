using System.CommandLine;

namespace Thaw.Cli.Options;

/// <summary><c>--device D</c>, of verbs that load a model.</summary>
internal sealed class DeviceOption : Option<string>
{
    public DeviceOption()
        : base("--device")
    {
        Description = "auto, cpu, cuda or cuda:N; auto is the first GPU where there is one.";
        HelpName = "D";
        DefaultValueFactory = _ => "auto";
    }
}
