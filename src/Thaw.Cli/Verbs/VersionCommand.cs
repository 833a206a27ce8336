using System.CommandLine;
using System.Reflection;
using System.Text.Json.Nodes;
using Thaw.Cli.Options;
using Thaw.Cli.Output;

namespace Thaw.Cli.Verbs;

/// <summary><c>thaw version</c>: version and commit of this build.</summary>
internal static class VersionCommand
{
    /// <summary><c>0.1.0+commit</c>; the commit is missing where the build had no repository.</summary>
    public static string Version =>
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static Command Create()
    {
        var json = new JsonOption();
        var verb = new Verb("version", "Print the version of this build.", "thaw version") { json };
        verb.SetAction(parsed =>
        {
            using var reporting = Reporting.For(parsed, json);
            var parts = Version.Split('+', 2);
            reporting.Say($"thaw {parts[0]}{(parts.Length > 1 ? $" ({parts[1][..Math.Min(12, parts[1].Length)]})" : "")}, .NET {Environment.Version}");
            reporting.Result(new JsonObject
            {
                ["version"] = parts[0],
                ["commit"] = parts.Length > 1 ? parts[1] : null,
                ["dotnet"] = Environment.Version.ToString(),
            });
            return ExitCode.Ok;
        });
        return verb;
    }
}
