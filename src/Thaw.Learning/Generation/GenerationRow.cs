using System.Runtime.InteropServices;
using Thaw.Core.Generation;
using Thaw.Core.Randomness;
using Thaw.Learning.Tokenization;

namespace Thaw.Learning.Generation;

/// <summary>One completion in the making. Written by the thread that owns the engine; only <see cref="Cancel"/> may be called from others.</summary>
public sealed class GenerationRow
{
    private readonly List<GeneratedToken> _tokens = [];
    private readonly List<int> _ids = [];
    private readonly HashSet<int> _stopIds;
    private readonly CompletionText _text;
    private volatile bool _isCancelled;

    internal GenerationRow(GenerationRequest request, BytePairTokenizer tokenizer, IReadOnlyList<int> stopIds)
    {
        Request = request;
        Random = new SplitMix64(request.Sampling.Seed);
        _stopIds = request.IgnoreEos ? [.. request.StopIds] : [.. stopIds, .. request.StopIds];
        _text = new CompletionText(tokenizer, request.StopStrings);
    }

    public GenerationRequest Request { get; }

    /// <summary>What was written so far, without a stop token; those of a stop string are here.</summary>
    public IReadOnlyList<GeneratedToken> Tokens => _tokens;

    /// <summary>The stop token that ended the row; null while it is open or where something else ended it.</summary>
    public GeneratedToken? StopToken { get; private set; }

    /// <summary>Why it ended; null while it is open and where it was cancelled.</summary>
    public FinishReason? Finish { get; private set; }

    public bool IsCancelled => _isCancelled;

    /// <summary>Whether it may still get tokens.</summary>
    public bool IsOpen => Finish is null && !_isCancelled;

    /// <summary>The text of the tokens, without stop token or stop string. Characters whose last byte has not come are not there yet.</summary>
    public string Text => _text.Value;

    /// <summary>The first characters of <see cref="Text"/> that no later token can take away, as a stop string might; all of them when it ended.</summary>
    public int SettledLength => _text.SettledLength;

    /// <summary>Tokens of the prompt that were found in the cache when the row was first read.</summary>
    public int CachedPromptTokens { get; private set; }

    internal SplitMix64 Random { get; }

    internal bool HasStarted { get; private set; }

    internal ReadOnlySpan<int> CompletionIds => CollectionsMarshal.AsSpan(_ids);

    /// <summary>Ends the row; the engine gives its place and cache away in its next step. Has no effect on a row that ended.</summary>
    public void Cancel() => _isCancelled = Finish is null;

    /// <summary>Notes that the row got a place for the first time.</summary>
    internal void Start(int cachedPromptTokens) => (HasStarted, CachedPromptTokens) = (true, cachedPromptTokens);

    /// <summary>Takes the next token and decides whether it is the last.</summary>
    internal void Append(GeneratedToken token)
    {
        if (_stopIds.Contains(token.Id))
        {
            StopToken = token;
            End(FinishReason.Stop);
            return;
        }

        _tokens.Add(token);
        _ids.Add(token.Id);
        if (_text.Append(token.Id))
        {
            Finish = FinishReason.Stop;
        }
        else if (_tokens.Count == Request.Sampling.MaxNewTokens)
        {
            End(FinishReason.Length);
        }
    }

    private void End(FinishReason reason)
    {
        _text.Finish();
        Finish = reason;
    }
}
