using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Problems;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Consensus.AspNetCore.Requests;

/// <summary>Reads bodies within a bound. One that announces more is refused before a byte of it is read.</summary>
internal static class RequestBody
{
    /// <summary>Reads the whole body.</summary>
    public static async ValueTask<Parsed<byte[]>> ReadAsync(HttpContext context, long bytesMax)
    {
        if (context.Request.ContentLength > bytesMax)
        {
            return TooLarge(bytesMax);
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = bytesMax;
        }

        var reader = context.Request.BodyReader;
        while (true)
        {
            ReadResult result;
            try
            {
                result = await reader.ReadAsync(context.RequestAborted).ConfigureAwait(false);
            }
            catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
            {
                return TooLarge(bytesMax);
            }
            catch (IOException exception) when (!context.RequestAborted.IsCancellationRequested)
            {
                // Chunks that are none, or fewer bytes than were announced: whoever sends that is told, and the log stays silent.
                return ProblemType.MalformedRequest.With($"The body cannot be read: {exception.Message}");
            }

            if (result.Buffer.Length > bytesMax)
            {
                return TooLarge(bytesMax);
            }

            if (result.IsCompleted)
            {
                var body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return body;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>Reads a JSON body. Unknown and repeated members are refused: a typing error must not pass as a default.</summary>
    public static async ValueTask<Parsed<T>> ReadJsonAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        // Asked for by name, so that a web page of another origin cannot post it without the browser asking this server first.
        if (!context.Request.HasJsonContentType())
        {
            return ProblemType.UnsupportedMediaType.With("The body must be JSON, and say so: Content-Type: application/json.");
        }

        var body = await ReadAsync(context, ApiEndpoint.SettingsOf(context).JsonBytesMax).ConfigureAwait(false);
        if (body.Problem is { } problem)
        {
            return problem;
        }

        try
        {
            return JsonSerializer.Deserialize(body.Value, type) is { } value
                ? value
                : ProblemType.MalformedRequest.With("The body is null; it must be a JSON object.");
        }
        catch (JsonException exception)
        {
            return ProblemType.MalformedRequest.With($"The body is not the JSON that is expected here: {JsonComplaint.Of(exception)}");
        }
    }

    private static ProblemResult TooLarge(long bytesMax) => ProblemType.TooLarge.With($"The body has more than {bytesMax:N0} bytes, which is the limit (Consensus:Http:BodyBytesMax).");
}
