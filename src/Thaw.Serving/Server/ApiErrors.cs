using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Thaw.Core.Storage;

namespace Thaw.Serving.Server;

/// <summary>Errors as OpenAI's API writes them.</summary>
internal static class ApiErrors
{
    public static byte[] Body(ApiException error) => JsonSerializer.SerializeToUtf8Bytes(
        new JsonObject
        {
            ["error"] = new JsonObject { ["message"] = error.Message, ["type"] = error.Type, ["param"] = error.Param, ["code"] = error.Code },
        },
        JsonFormat.Line);

    public static async Task WriteAsync(HttpResponse response, ApiException error)
    {
        response.Clear();
        response.StatusCode = error.Status;
        response.ContentType = "application/json";
        if (error.RetryAfter is { } wait)
        {
            response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        await response.Body.WriteAsync(Body(error), response.HttpContext.RequestAborted);
    }
}
