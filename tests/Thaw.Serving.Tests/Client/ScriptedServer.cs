using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Thaw.Serving.Client;

namespace Thaw.Serving.Tests.Client;

/// <summary>A server on a socket of this machine that answers by a rule and remembers what it was asked.</summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Request> _requests = new();
    private int _running;
    private int _mostAtOnce;

    private ScriptedServer(Func<Request, HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(async context =>
        {
            var body = (await JsonNode.ParseAsync(context.Request.Body))!.AsObject();
            var request = new Request(context.Request.Path, body, context.Request.Headers.Authorization.ToString(), _requests.Count + 1);
            _requests.Enqueue(request);
            InterlockedMax(ref _mostAtOnce, Interlocked.Increment(ref _running));
            try
            {
                await answer(request, context);
            }
            finally
            {
                Interlocked.Decrement(ref _running);
            }
        });
    }

    public IReadOnlyList<Request> Requests => [.. _requests];

    public int MostAtOnce => _mostAtOnce;

    public EndpointOptions Options => new(EndpointAddress.Parse(Address), "scripted") { Concurrency = 4, Patience = TimeSpan.FromSeconds(20) };

    private string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<ScriptedServer> StartAsync(Func<Request, HttpContext, Task> answer)
    {
        var server = new ScriptedServer(answer);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Answers each prompt by itself in capitals.</summary>
    public static Task<ScriptedServer> StartEchoAsync() => StartAsync((request, context) => ReplyAsync(context, Text(request.Prompt.ToUpperInvariant())));

    public static Task ReplyAsync(HttpContext context, JsonNode reply, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(reply.ToJsonString());
    }

    public static JsonObject Text(params string[] choices) => new()
    {
        ["choices"] = new JsonArray([.. choices.Select((text, index) => new JsonObject { ["index"] = index, ["text"] = text, ["finish_reason"] = "stop" })]),
        ["usage"] = new JsonObject { ["prompt_tokens"] = 10, ["completion_tokens"] = 3 },
    };

    public static JsonObject Error(string message, string? code = null) =>
        new() { ["error"] = new JsonObject { ["message"] = message, ["type"] = "some_error", ["param"] = null, ["code"] = code } };

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static void InterlockedMax(ref int place, int value)
    {
        for (var seen = Volatile.Read(ref place); seen < value;)
        {
            seen = Interlocked.CompareExchange(ref place, value, seen) is var now && now == seen ? value : now;
        }
    }

    /// <param name="Number">From 1, in the order in which requests came.</param>
    public sealed record Request(string Path, JsonObject Body, string Authorization, int Number)
    {
        public string Prompt => (string)Body["prompt"]!;
    }
}
