namespace Thaw.Core.Tasks.Calculator;

/// <summary>The binding: a word for each key. The prompt is written from it, and answers are read with it.</summary>
public sealed record KeyWords(string Twice, string More, string Less)
{
    public static KeyWords Training { get; } = new("double", "add", "subtract");

    public string WordFor(Key key) => key switch
    {
        Key.Twice => Twice,
        Key.More => More,
        _ => Less,
    };

    /// <summary>Null where <paramref name="answer"/> is none of the words.</summary>
    public Key? Read(string answer) => Enum.GetValues<Key>().Cast<Key?>().FirstOrDefault(key => WordFor(key!.Value).Equals(answer, StringComparison.OrdinalIgnoreCase));

    public override string ToString() => $"Twice={Twice} More={More} Less={Less}";
}
