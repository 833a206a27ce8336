using Thaw.Cli.Output;

namespace Thaw.Cli.Play;

/// <summary>Plays with one answer a line, for scripts and for terminals that cannot draw in place.</summary>
internal static class LinePlay
{
    public static void Run(PlaySession session, TextReader input, Reporting reporting, CancellationToken cancellation)
    {
        reporting.Say(session.Title);
        reporting.Say(session.Episode.StatedBinding);
        reporting.Say(session.Drawing);
        while (!session.Episode.IsOver && input.ReadLine() is { } line)
        {
            cancellation.ThrowIfCancellationRequested();
            switch (session.Read(line))
            {
                case PlayInput.Quit:
                    return;
                case PlayInput.Wording:
                    reporting.Say(session.Episode.Prompt.Text);
                    break;
                case PlayInput.Answer:
                    session.Answer(line.Trim());
                    reporting.Say("");
                    reporting.Say(session.LastTurn);
                    reporting.Say(session.Drawing);
                    break;
                case PlayInput.Nothing:
                    break;
            }
        }
    }
}
