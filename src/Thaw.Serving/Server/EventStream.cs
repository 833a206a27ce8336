using Microsoft.AspNetCore.Http;

namespace Thaw.Serving.Server;

/// <summary>An answer as server-sent events, each sent at once. The response begins with the first of them.</summary>
internal sealed class EventStream(HttpResponse response)
{
    public bool HasBegun => response.HasStarted;

    public async Task SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellation)
    {
        if (!HasBegun)
        {
            response.ContentType = "text/event-stream; charset=utf-8";
            response.Headers.CacheControl = "no-cache";
            response.Headers["X-Accel-Buffering"] = "no";
        }

        await response.Body.WriteAsync("data: "u8.ToArray(), cancellation);
        await response.Body.WriteAsync(data, cancellation);
        await response.Body.WriteAsync("\n\n"u8.ToArray(), cancellation);
        await response.Body.FlushAsync(cancellation);
    }

    public Task EndAsync(CancellationToken cancellation) => SendAsync("[DONE]"u8.ToArray(), cancellation);
}
