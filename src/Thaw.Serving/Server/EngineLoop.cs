using System.Collections.Concurrent;
using Thaw.Learning.Generation;

namespace Thaw.Serving.Server;

/// <summary>The one thread that owns the engine: takes jobs in, steps while there is work, hands out what comes.</summary>
internal sealed class EngineLoop : IAsyncDisposable
{
    private readonly GenerationEngine _engine;
    private readonly ServerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly int _capacity;
    private readonly ConcurrentQueue<LiveJob> _arrivals = new();
    private readonly SemaphoreSlim _wake = new(0);
    private readonly List<LiveJob> _live = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private int _reserved;
    private bool _isClosed;

    /// <param name="capacity">Rows that may run or wait, at most.</param>
    public EngineLoop(GenerationEngine engine, int capacity, ServerMetrics metrics, TimeProvider time)
    {
        (_engine, _capacity, _metrics, _time) = (engine, capacity, metrics, time);
        Completion = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Ends when the loop was stopped; with the exception where the engine failed, which nothing mends.</summary>
    public Task Completion { get; }

    /// <summary>Rows that run or wait.</summary>
    public int Rows
    {
        get
        {
            lock (_lock)
            {
                return _reserved;
            }
        }
    }

    /// <summary>For before a request is read: costs nothing, and is no promise that <see cref="Start"/> finds room.</summary>
    /// <exception cref="ApiException">429: no row more is taken; 500: the engine has stopped.</exception>
    public void RefuseIfFull()
    {
        lock (_lock)
        {
            RequireRoom(1);
        }
    }

    /// <exception cref="ApiException">429: too many rows wait; 400: the job alone has too many; 500: the engine has stopped.</exception>
    public LiveJob Start(Job job)
    {
        var live = new LiveJob(job, _time.GetTimestamp());
        lock (_lock)
        {
            if (job.Rows.Count > _capacity)
            {
                throw ApiException.Invalid("n", $"{job.Rows.Count} completions at once are more than the {_capacity} that this server takes.");
            }

            RequireRoom(job.Rows.Count);
            _reserved += job.Rows.Count;
            _arrivals.Enqueue(live);
        }

        _wake.Release();
        return live;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Completion.ContinueWith(_ => { }, TaskScheduler.Default);
        _engine.Dispose();
        _wake.Dispose();
        _stop.Dispose();
    }

    private void RequireRoom(int rows)
    {
        if (_isClosed)
        {
            throw ApiException.EngineStopped();
        }

        if (_reserved + rows > _capacity)
        {
            throw ApiException.TooBusy(_reserved);
        }
    }

    private void Run()
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                TakeArrivals();
                if (_live.Count == 0 && _engine.Running + _engine.Queued == 0)
                {
                    _metrics.Look(_engine);
                    _wake.Wait(_stop.Token);
                    continue;
                }

                _engine.Step(_stop.Token);
                _metrics.Look(_engine);
                HandOut();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopping is no failure.
        }
        finally
        {
            CloseAll();
        }
    }

    private void TakeArrivals()
    {
        while (_arrivals.TryDequeue(out var job))
        {
            // First, so that whoever waits for it is told whatever happens here.
            _live.Add(job);
            try
            {
                job.Begin(_engine);
            }
            catch (ArgumentException error)
            {
                _live.Remove(job);
                Release(job.Close(new ApiException(400, error.Message, code: "context_length_exceeded")));
            }
        }
    }

    private void HandOut()
    {
        for (var i = _live.Count - 1; i >= 0; i--)
        {
            var job = _live[i];
            var had = job.HasTokens;
            var ended = job.IsCancelled ? job.Close() : job.Publish();
            Release(ended);
            if (!had && job.HasTokens)
            {
                _metrics.FirstToken.Observe(_time.GetElapsedTime(job.StartedAt).TotalSeconds);
            }

            if (job.OpenRows == 0)
            {
                _live.RemoveAt(i);
            }
        }
    }

    private void CloseAll()
    {
        lock (_lock)
        {
            _isClosed = true;
        }

        foreach (var job in _live.Concat(_arrivals))
        {
            Release(job.Close());
        }
    }

    private void Release(int rows)
    {
        lock (_lock)
        {
            _reserved -= rows;
        }
    }
}
