using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Thaw.Core.Storage;

namespace Thaw.Serving.Server;

/// <summary>The addresses of the server and what answers there; the one place where an exception becomes a reply.</summary>
/// <param name="context">Tokens that prompt and completion may have together.</param>
/// <param name="note">Told of failures that are bugs.</param>
internal sealed class ApiRouter(
    ServedModel model, EngineLoop engine, ServerMetrics metrics, ServeOptions options, int context, TimeProvider time, Action<string> note) : IDisposable
{
    private const int ClientClosedRequest = 499;

    // Between its bytes and its job a request takes many times its size: all that may connect at once must not do so at once.
    private readonly SemaphoreSlim _preparing = new(2 * Environment.ProcessorCount);

    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private volatile bool _isStopping;

    /// <summary>From now on new work is refused with 503.</summary>
    public void RefuseNew() => _isStopping = true;

    /// <summary>When no request is under way any more.</summary>
    public void Dispose() => _preparing.Dispose();

    public async Task HandleAsync(HttpContext http)
    {
        var route = http.Request.Path.Value ?? "";
        var began = time.GetTimestamp();
        metrics.Begin();
        var status = StatusCodes.Status200OK;
        try
        {
            await RouteAsync(http, route);
        }
        catch (ApiException error)
        {
            status = error.Status;
            await ApiErrors.WriteAsync(http.Response, error);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            status = ClientClosedRequest;
            metrics.ClientGone();
        }
        catch (Exception error)
        {
            // One request must not end the others; it is a bug of this program all the same.
            status = StatusCodes.Status500InternalServerError;
            note($"{http.Request.Method} {route}: {error.Message.ReplaceLineEndings(" ")} (this is a bug: {error.GetType().Name})");
            if (http.Response.HasStarted)
            {
                http.Abort();
            }
            else
            {
                await ApiErrors.WriteAsync(http.Response, new ApiException(status, "The server failed to answer this request.", code: "internal_error"));
            }
        }
        finally
        {
            metrics.End(NameOf(route), status, time.GetElapsedTime(began));
        }
    }

    private Task RouteAsync(HttpContext http, string route)
    {
        if (route != "/health")
        {
            RequireKey(http.Request);
        }

        return route switch
        {
            "/health" => Get(http, HealthAsync),
            "/metrics" => Get(http, () => WriteAsync(http, metrics.Write(), "text/plain; version=0.0.4; charset=utf-8")),
            "/v1/models" => Get(http, () => WriteAsync(http, new JsonObject { ["object"] = "list", ["data"] = new JsonArray(Describe()) })),
            "/v1/chat/completions" => Post(http, () => CompleteAsync(http, isChat: true)),
            "/v1/completions" => Post(http, () => CompleteAsync(http, isChat: false)),
            _ when route.StartsWith("/v1/models/", StringComparison.Ordinal) => Get(http, () => model.Names.Contains(route["/v1/models/".Length..])
                ? WriteAsync(http, Describe())
                : throw new ApiException(404, "No such model.", "model", "model_not_found")),
            _ => throw new ApiException(404, $"There is nothing at {route}.", code: "unknown_url"),
        };

        Task HealthAsync()
        {
            var isWell = !_isStopping && !engine.Completion.IsCompleted;
            http.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
            return WriteAsync(http, new JsonObject { ["status"] = isWell ? "ok" : _isStopping ? "stopping" : "failed", ["model"] = model.Name });
        }
    }

    private async Task CompleteAsync(HttpContext http, bool isChat)
    {
        RefuseIfStopping();
        engine.RefuseIfFull();
        var (job, hasLogProbabilities) = await PrepareAsync(http, isChat);
        RefuseIfStopping();
        ReplyForm form = isChat ? new ChatReply(model, hasLogProbabilities, time.GetUtcNow()) : new CompletionReply(model, hasLogProbabilities, time.GetUtcNow());
        await Answering.RunAsync(http, engine, job, form);
    }

    private async Task<(Job Job, bool HasLogProbabilities)> PrepareAsync(HttpContext http, bool isChat)
    {
        var bytes = await RequestBody.ReadAsync(http.Request, options.MaxBodyBytes);
        await _preparing.WaitAsync(http.RequestAborted);
        try
        {
            using var body = RequestBody.Parse(bytes);
            return isChat ? ChatRequest.Read(body.RootElement, model, context) : CompletionRequest.Read(body.RootElement, model, context);
        }
        finally
        {
            _preparing.Release();
        }
    }

    private void RefuseIfStopping()
    {
        if (_isStopping)
        {
            throw ApiException.Stopping();
        }
    }

    private void RequireKey(HttpRequest request)
    {
        const string Scheme = "Bearer ";
        if (options.Key is not { } key)
        {
            return;
        }

        var header = request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || !key.Matches(header[Scheme.Length..].Trim()))
        {
            throw new ApiException(401, header.Length == 0 ? "An API key is required: Authorization: Bearer KEY." : "The API key is not the one of this server.", code: "invalid_api_key");
        }
    }

    private JsonObject Describe() => new()
    {
        ["id"] = model.Name,
        ["object"] = "model",
        ["created"] = _startedAt.ToUnixTimeSeconds(),
        ["owned_by"] = "thaw",
        ["max_model_len"] = context,
    };

    private static Task Get(HttpContext http, Func<Task> answer) =>
        HttpMethods.IsGet(http.Request.Method) ? answer() : throw WrongMethod(http.Request, "GET");

    private static Task Post(HttpContext http, Func<Task> answer) =>
        HttpMethods.IsPost(http.Request.Method) ? answer() : throw WrongMethod(http.Request, "POST");

    private static ApiException WrongMethod(HttpRequest request, string wanted) =>
        new(405, $"{request.Path} takes {wanted}, not {request.Method}.", code: "method_not_allowed");

    private static Task WriteAsync(HttpContext http, JsonObject body) => WriteAsync(http, body.ToJsonString(JsonFormat.Line), "application/json");

    private static Task WriteAsync(HttpContext http, string body, string type)
    {
        http.Response.ContentType = type;
        return http.Response.WriteAsync(body, http.RequestAborted);
    }

    // Metrics must not grow with what strangers ask for.
    private static string NameOf(string route) => route switch
    {
        "/health" or "/metrics" or "/v1/models" or "/v1/chat/completions" or "/v1/completions" => route,
        _ => "other",
    };
}
