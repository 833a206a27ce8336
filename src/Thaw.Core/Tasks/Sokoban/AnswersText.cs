namespace Thaw.Core.Tasks.Sokoban;

/// <summary>The Answers section of a prompt.</summary>
internal static class AnswersText
{
    /// <summary>The section with the blank line behind it; empty where there is none. It holds every word as <c>&lt;answer&gt; word &lt;/answer&gt;</c>, up, down, left, right.</summary>
    public static string Write(ActionVocabulary words, AnswersSection section)
    {
        var (up, down, left, right) = (words.Up, words.Down, words.Left, words.Right);
        var listed = $"<answer> {up} </answer> | <answer> {down} </answer> | <answer> {left} </answer> | <answer> {right} </answer>\n";
        return section switch
        {
            AnswersSection.Listed => $"Answers:\n{listed}\n",
            AnswersSection.Explained => $"Answers:\n{listed}where {up} is Up, {down} is Down, {left} is Left, {right} is Right.\n\n",
            AnswersSection.Absent => "",
            AnswersSection.Table =>
                $"Answers:\n| answer | direction |\n|---|---|\n| <answer> {up} </answer> | Up |\n| <answer> {down} </answer> | Down |\n"
                + $"| <answer> {left} </answer> | Left |\n| <answer> {right} </answer> | Right |\n\n",
            AnswersSection.Prose =>
                $"Answers:\nTo send the player one row up you write <answer> {up} </answer>, and <answer> {down} </answer> sends it one row down. "
                + $"A step to the left is written <answer> {left} </answer>, while <answer> {right} </answer> takes the player one step to the right.\n\n",
            AnswersSection.German => $"Antworten:\n{listed}Dabei heißt {up} nach oben, {down} nach unten, {left} nach links und {right} nach rechts.\n\n",
            _ => throw new ArgumentOutOfRangeException(nameof(section), section, "Not a kind of Answers section."),
        };
    }

    /// <summary>Names the words of the binding for other directions than theirs, and says that this is over.</summary>
    public static string Distractor(ActionVocabulary words) =>
        $"In an earlier version of this game {words.Left} was Up, {words.Right} was Down, {words.Down} was Left and {words.Up} was Right; that no longer holds.";
}
