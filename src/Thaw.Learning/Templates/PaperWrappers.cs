namespace Thaw.Learning.Templates;

/// <summary>The texts that the paper's code puts around a prompt instead of the tokenizer's own template, as templates for one message.</summary>
/// <remarks>Source: reil/env/sokoban/env.py and utils/dataset/sokoban/create_dataset.py of github.com/XiaofengLin7/debunking-sft-generalization.
/// They end in an opened tag, so the completion begins inside it.</remarks>
public static class PaperWrappers
{
    /// <summary>Used everywhere in the paper, for every model.</summary>
    public const string QwenInstruct = "qwen-instruct";

    /// <summary>Prose for models that were never tuned to chat.</summary>
    public const string Base = "base";

    /// <summary>Asks for no thoughts.</summary>
    public const string AnswerOnly = "qwen-instruct-answer-only";

    private const string OneMessage =
        "{%- if messages | length != 1 -%}{{ raise_exception('this wrapper of the paper holds one message, not ' ~ messages | length) }}{%- endif -%}";

    /// <summary>Templates by name.</summary>
    internal static IReadOnlyDictionary<string, string> Sources { get; } = new Dictionary<string, string>
    {
        [QwenInstruct] = OneMessage
            + "<|im_start|>user\n{{ messages[0].content }}\nAlways output: <think> [Your thoughts] </think> <answer> [your answer] </answer> with no extra "
            + "text. Strictly follow this format. <|im_end|>\n<|im_start|>assistant\n<think>",
        [Base] = OneMessage
            + "A conversation between User and Assistant. The user asks a question, and the Assistant solves it. The assistant first thinks briefly about "
            + "the reasoning process in the mind and then provides the user with the answer.\nUser: {{ messages[0].content }}\nShow your work in <think> "
            + "</think> tags. And return the final answer in <answer> </answer> tags, for example <think> [Thoughts] </think> <answer> 1 </answer>\n"
            + "Assistant: \n<think>",
        [AnswerOnly] = OneMessage
            + "<|im_start|>user\n{{ messages[0].content }}\nAlways output: <answer> [your answer] </answer> with no extra text. Strictly follow this format. "
            + "<|im_end|>\n<|im_start|>assistant\n<answer>",
    };
}
