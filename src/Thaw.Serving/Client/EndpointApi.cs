namespace Thaw.Serving.Client;

/// <summary>Which of the two ways of asking an OpenAI-compatible server is used.</summary>
public enum EndpointApi
{
    /// <summary><c>/completions</c>: the prompt goes out as it is, chat markers included, as a local model reads it.</summary>
    Completions,

    /// <summary><c>/chat/completions</c>: the prompt goes out as messages, and the server's chat template writes the markers.</summary>
    Chat,
}
