using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Thaw.Serving.Server;

/// <summary>Reads the body of a request, whoever sent it, and then as one JSON object.</summary>
/// <remarks>Bounded by the server's limit on bodies and by a depth of 64; what is not UTF-8 or not JSON is refused with its place.</remarks>
internal static class RequestBody
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly JsonDocumentOptions s_strictJson = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <exception cref="ApiException">400, 408, 413 or 415: the body is none that can be read.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int limit)
    {
        // A browser sends other types to any address without asking first; this one it does not.
        if (!IsJson(request.ContentType))
        {
            throw new ApiException(415, "Content-Type must be application/json.", code: "unsupported_content_type");
        }

        return await ReadBytesAsync(request, limit);
    }

    /// <exception cref="ApiException">400: not UTF-8, not JSON, no object, too deep, or a key twice.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            s_strict.GetCharCount(body.Span);
            var document = JsonDocument.Parse(body, s_strictJson);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            throw Malformed("The body must be a JSON object.");
        }
        catch (InvalidOperationException)
        {
            // The search for keys that occur twice reads them all.
            throw Malformed("A key of the body holds half of a surrogate pair.");
        }
        catch (DecoderFallbackException error)
        {
            throw Malformed($"The body is not UTF-8 at byte {error.Index + 1}.");
        }
        catch (JsonException error)
        {
            throw Malformed($"The body is not JSON: {WithoutPlace(error.Message)} (line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1})");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBytesAsync(HttpRequest request, int limit)
    {
        using var body = new MemoryStream((int)Math.Min(request.ContentLength ?? 0, 1 << 16));
        try
        {
            await request.Body.CopyToAsync(body, request.HttpContext.RequestAborted);
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw new ApiException(413, $"The body is longer than {limit} bytes.", code: "body_too_large");
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status408RequestTimeout)
        {
            throw new ApiException(408, "The body came too slowly.", code: "request_timeout");
        }
        catch (BadHttpRequestException error)
        {
            throw Malformed(error.Message);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static bool IsJson(string? type) =>
        type?.Split(';')[0].Trim().Equals("application/json", StringComparison.OrdinalIgnoreCase) ?? false;

    private static ApiException Malformed(string message) => new(400, message, code: "invalid_json");

    private static string WithoutPlace(string message)
    {
        var end = message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }
}
