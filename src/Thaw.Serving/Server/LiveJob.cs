using System.Threading.Channels;
using Thaw.Learning.Generation;

namespace Thaw.Serving.Server;

/// <summary>A job that the engine works on. The engine's thread writes it; the request's reads the updates and may cancel.</summary>
/// <remarks>
/// Updates that nobody has read yet wait in a channel that cannot outgrow the job: all of them together hold at most the tokens and the
/// text of its rows.
/// </remarks>
internal sealed class LiveJob(Job job, long startedAt)
{
    private readonly Channel<RowUpdate> _updates = Channel.CreateUnbounded<RowUpdate>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly Row[] _rows = new Row[job.Rows.Count];
    private int _open = job.Rows.Count;
    private volatile bool _isCancelled;

    public Job Job => job;

    /// <summary>A timestamp of the server's clock.</summary>
    public long StartedAt => startedAt;

    /// <summary>Whether one of its rows has written a token.</summary>
    public bool HasTokens { get; set; }

    /// <summary>Whether <see cref="Cancel"/> was called.</summary>
    public bool IsCancelled => _isCancelled;

    /// <summary>Rows that have not ended.</summary>
    public int OpenRows => _open;

    /// <summary>Ends when all rows have; with an exception where the engine refused one, and early where it was cancelled or the engine stopped.</summary>
    public ChannelReader<RowUpdate> Updates => _updates.Reader;

    /// <summary>Nobody waits for it any more. May be called from any thread, also when it has ended.</summary>
    public void Cancel() => _isCancelled = true;

    /// <exception cref="ArgumentException">A row can never fit.</exception>
    public void Begin(GenerationEngine engine)
    {
        for (var i = 0; i < _rows.Length; i++)
        {
            _rows[i] = new Row(engine.Add(job.Rows[i]));
        }
    }

    /// <summary>Passes on what came with the last step.</summary>
    /// <returns>How many rows ended with it.</returns>
    public int Publish()
    {
        var ended = 0;
        for (var i = 0; i < _rows.Length; i++)
        {
            var row = _rows[i];
            if (row.IsDone)
            {
                continue;
            }

            HasTokens |= row.Source.Tokens.Count > 0 || !row.Source.IsOpen;
            if (row.Source.IsOpen)
            {
                if (job.Streams && row.Source.SettledLength > row.SentCharacters)
                {
                    _updates.Writer.TryWrite(row.Next(i));
                }

                continue;
            }

            _updates.Writer.TryWrite(row.Next(i));
            row.IsDone = true;
            ended++;
        }

        _open -= ended;
        if (_open == 0)
        {
            _updates.Writer.TryComplete();
        }

        return ended;
    }

    /// <summary>Ends it before its time.</summary>
    /// <returns>How many rows had not ended.</returns>
    public int Close(Exception? error = null)
    {
        foreach (var row in _rows)
        {
            row?.Source.Cancel();
        }

        _updates.Writer.TryComplete(error);
        return Interlocked.Exchange(ref _open, 0);
    }

    private sealed class Row(GenerationRow source)
    {
        private int _sentTokens;

        public GenerationRow Source => source;

        public bool IsDone { get; set; }

        public int SentCharacters { get; private set; }

        public RowUpdate Next(int index)
        {
            var text = source.Text[SentCharacters..source.SettledLength];
            var tokens = source.Tokens.Skip(_sentTokens).ToArray();
            SentCharacters += text.Length;
            _sentTokens += tokens.Length;
            return new RowUpdate(index, text, tokens, source.Finish, source.Tokens.Count, source.CachedPromptTokens);
        }
    }
}
