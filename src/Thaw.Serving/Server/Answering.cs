using Microsoft.AspNetCore.Http;

namespace Thaw.Serving.Server;

/// <summary>Puts a job to the engine and writes what comes into the response, as a whole or as a stream.</summary>
internal static class Answering
{
    /// <remarks>A client that leaves ends its job with the engine's next step.</remarks>
    /// <exception cref="ApiException">Nothing was written yet, and nothing else will be.</exception>
    /// <exception cref="OperationCanceledException">The client left.</exception>
    public static async Task RunAsync(HttpContext context, EngineLoop engine, Job job, ReplyForm form)
    {
        var live = engine.Start(job);
        using var leaving = context.RequestAborted.Register(live.Cancel);
        try
        {
            await (job.Streams ? StreamAsync(context, live, form) : WriteWholeAsync(context, live, form));
        }
        finally
        {
            live.Cancel();
        }
    }

    private static async Task WriteWholeAsync(HttpContext context, LiveJob live, ReplyForm form)
    {
        var rows = new RowUpdate?[live.Job.Rows.Count];
        await foreach (var update in live.Updates.ReadAllAsync(context.RequestAborted))
        {
            rows[update.Index] = update;
        }

        RowUpdate[] ended = [.. rows.OfType<RowUpdate>()];
        if (ended.Length < rows.Length)
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            throw ApiException.EngineStopped();
        }

        context.Response.ContentType = "application/json";
        await context.Response.BodyWriter.WriteAsync(form.Whole(ended, TokenUsage.Of(live.Job, ended)), context.RequestAborted);
    }

    private static async Task StreamAsync(HttpContext context, LiveJob live, ReplyForm form)
    {
        var events = new EventStream(context.Response);
        var ended = new List<RowUpdate>();
        await foreach (var update in live.Updates.ReadAllAsync(context.RequestAborted))
        {
            await events.SendAsync(form.Chunk(update), context.RequestAborted);
            if (update.Finish is not null)
            {
                ended.Add(update);
            }
        }

        if (ended.Count < live.Job.Rows.Count)
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            if (!events.HasBegun)
            {
                throw ApiException.EngineStopped();
            }

            // Too late for a status; clients of the API read an error out of the stream.
            await events.SendAsync(ApiErrors.Body(ApiException.EngineStopped()), context.RequestAborted);
            return;
        }

        if (live.Job.StreamsUsage)
        {
            await events.SendAsync(form.UsageChunk(TokenUsage.Of(live.Job, ended)), context.RequestAborted);
        }

        await events.EndAsync(context.RequestAborted);
    }
}
