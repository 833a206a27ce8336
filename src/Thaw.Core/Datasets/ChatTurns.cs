namespace Thaw.Core.Datasets;

/// <summary>A prompt and its completion as the messages of a chat.</summary>
/// <param name="User">What the user says.</param>
/// <param name="Assistant">What the assistant answers, with what the prompt already made it begin with.</param>
public readonly record struct ChatTurns(string User, string Assistant)
{
    private const string UserStart = "<|im_start|>user\n";
    private const string TurnEnd = "<|im_end|>\n";
    private const string AssistantStart = "<|im_start|>assistant\n";

    /// <summary>Takes the ChatML markers off a prompt of one turn, and takes any other prompt for the user's words.</summary>
    /// <remarks>The paper's Sokoban prompt ends in an open thought, <c>&lt;think&gt;</c>; as a message that belongs to the assistant.</remarks>
    public static ChatTurns Of(string prompt, string completion)
    {
        var answer = prompt.LastIndexOf(TurnEnd + AssistantStart, StringComparison.Ordinal);
        return prompt.StartsWith(UserStart, StringComparison.Ordinal) && answer >= 0
            ? new ChatTurns(prompt[UserStart.Length..answer], prompt[(answer + TurnEnd.Length + AssistantStart.Length)..] + completion)
            : new ChatTurns(prompt, completion);
    }
}
