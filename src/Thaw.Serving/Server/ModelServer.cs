using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Thaw.Learning.Generation;

namespace Thaw.Serving.Server;

/// <summary>A model behind a socket, with OpenAI's HTTP interface.</summary>
public sealed class ModelServer : IAsyncDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(20);

    private readonly WebApplication _app;
    private readonly EngineLoop _engine;
    private readonly ApiRouter _router;
    private readonly ServerMetrics _metrics;
    private readonly ServeOptions _options;
    private bool _isDisposed;

    private ModelServer(WebApplication app, EngineLoop engine, ApiRouter router, ServerMetrics metrics, ServeOptions options) =>
        (_app, _engine, _router, _metrics, _options) = (app, engine, router, metrics, options);

    /// <summary>Where it listens, without a path.</summary>
    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <summary>Ends when the engine does: with an exception where it failed, after which nothing can be answered any more.</summary>
    public Task EngineCompletion => _engine.Completion;

    /// <summary>Completions that run or wait.</summary>
    public int Rows => _engine.Rows;

    /// <summary>Listens from when this returns.</summary>
    /// <param name="model">Must outlive the server.</param>
    /// <param name="note">Told in one line of failures that are bugs.</param>
    /// <exception cref="IOException">The address is taken, or is none of this machine.</exception>
    /// <exception cref="ArgumentException">The context is longer than the model's, or than what is kept.</exception>
    public static async Task<ModelServer> StartAsync(ServedModel model, ServeOptions options, Action<string>? note = null, CancellationToken cancellation = default)
    {
        var context = ContextOf(model, options);
        var time = TimeProvider.System;
        var metrics = new ServerMetrics();
        var engine = new EngineLoop(
            model.Engine(new EngineLimits { MaxRows = options.MaxRows, MaxCachedTokens = options.MaxCachedTokens }), options.MaxRows + options.MaxQueue, metrics, time);
        var router = new ApiRouter(model, engine, metrics, options, context, time, note ?? (_ => { }));
        var app = Build(options, router);
        try
        {
            await app.StartAsync(cancellation);
            return new ModelServer(app, engine, router, metrics, options);
        }
        catch (Exception error)
        {
            await app.DisposeAsync();
            await engine.DisposeAsync();
            router.Dispose();
            if (error is SocketException)
            {
                throw new IOException($"cannot listen at {new IPEndPoint(options.Host, options.Port)}: {error.Message}", error);
            }

            throw;
        }
    }

    /// <summary>Refuses new work with 503 and lets what runs come to its end, for as long as <see cref="ServeOptions.DrainLimit"/> allows.</summary>
    /// <returns>False where the limit cut something off.</returns>
    public async Task<bool> DrainAsync()
    {
        _router.RefuseNew();
        var began = TimeProvider.System.GetTimestamp();
        while ((_engine.Rows > 0 || _metrics.OpenRequests > 0) && TimeProvider.System.GetElapsedTime(began) < _options.DrainLimit && !_engine.Completion.IsCompleted)
        {
            await Task.Delay(s_look);
        }

        return _engine.Rows == 0 && _metrics.OpenRequests == 0;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        _router.RefuseNew();
        await _engine.DisposeAsync();
        await _app.DisposeAsync();
        _router.Dispose();
    }

    private static int ContextOf(ServedModel model, ServeOptions options)
    {
        var own = model.Decoder.Config.MaxPositions;
        var limit = options.MaxContext ?? own;
        if (limit > own || limit < 2)
        {
            throw new ArgumentException($"The context must lie between 2 and the model's {own} tokens, not {limit}.");
        }

        if (options.MaxContext > options.MaxCachedTokens)
        {
            throw new ArgumentException($"The context of {limit} tokens does not fit into the {options.MaxCachedTokens} whose keys and values are kept.");
        }

        return Math.Min(limit, options.MaxCachedTokens);
    }

    private static WebApplication Build(ServeOptions options, ApiRouter router)
    {
        // Empty: no configuration from the environment or from files, no logging, no signal handling; the caller has all of them.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = options.MaxBodyBytes;
            kestrel.Limits.MaxConcurrentConnections = options.MaxConnections;
            kestrel.Listen(new IPEndPoint(options.Host, options.Port));
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddSingleton<IHostLifetime, CallersLifetime>();
        var app = builder.Build();
        app.Run(router.HandleAsync);
        return app;
    }
}
