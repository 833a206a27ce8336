using System.CommandLine;
using System.CommandLine.Help;
using Thaw.Cli.Doctor;
using Thaw.Cli.Launch;
using Thaw.Cli.Options;

namespace Thaw.Cli.Verbs;

/// <summary>All verbs. A new one is one file and one line here.</summary>
internal static class VerbCatalog
{
    /// <summary>No response files: an argument that begins with @ is itself.</summary>
    public static ParserConfiguration Parsing { get; } = new() { EnablePosixBundling = false, ResponseFileTokenReplacer = null };

    public static RootCommand CreateRoot()
    {
        var root = new RootCommand("Shows whether a fine-tuned language model follows its instructions or has only memorised them.")
        {
            StudyCommand.CreateQuickstart(),
            StudyCommand.Create(),
            PretrainCommand.Create(),
            GenCommand.Create(),
            AuditCommand.Create(),
            SftCommand.Create(),
            GrpoCommand.Create(),
            CollectCommand.Create(),
            RftCommand.Create(),
            DpoCommand.Create(),
            LaunchCommand.Create(),
            MergeCommand.Create(),
            EvalCommand.Create(),
            AnalyseCommand.Create(),
            ServeCommand.Create(),
            GenerateCommand.Create(),
            ScoreCommand.Create(),
            PlayCommand.Create(),
            SolveCommand.Create(),
            VerifyCommand.Create(),
            TokenizeCommand.Create(),
            TemplateCommand.Create(),
            DoctorCommand.Create(new EngineProbe()),
            VersionCommand.Create(),
        };

        NumberFlags.ReadAsInvariant(root);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new VerbHelp((HelpAction)help.Action!);
        return root;
    }
}
