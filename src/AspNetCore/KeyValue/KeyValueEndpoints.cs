using System.Globalization;
using Consensus.AspNetCore.Json;
using Consensus.AspNetCore.Problems;
using Consensus.AspNetCore.Requests;
using Consensus.Hosting;
using Consensus.Replication.KeyValue;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Consensus.AspNetCore.KeyValue;

/// <summary><c>/v1/kv</c>: the key-value machine.</summary>
internal static class KeyValueEndpoints
{
    private const string KeyPattern = "/v1/kv/{**key}";
    private const string CompareAndSwapSuffix = "/cas";
    private const int ScanEntriesDefault = 100;

    public static void MapKeyValue(this IEndpointRouteBuilder routes, ApiGroup group)
    {
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, "/v1/kv", AllowedQuery.Page, ScanAsync);
        routes.MapApi(group, AccessRole.Read, HttpMethods.Get, KeyPattern, AllowedQuery.KeyRead, GetAsync);
        routes.MapApi(group, AccessRole.Read, HttpMethods.Head, KeyPattern, AllowedQuery.KeyRead, GetAsync);
        routes.MapApi(group, AccessRole.Write, HttpMethods.Put, KeyPattern, AllowedQuery.KeyWrite, PutAsync);
        routes.MapApi(group, AccessRole.Write, HttpMethods.Delete, KeyPattern, AllowedQuery.KeyWrite, DeleteAsync);
        routes.MapApi(group, AccessRole.Write, HttpMethods.Post, KeyPattern, AllowedQuery.KeyWrite, CompareAndSwapAsync);
    }

    private static async ValueTask<IResult> GetAsync(ApiRequest request)
    {
        if (!KeyPath.Read(request.Http).Try(out var key, out var problem)
            || !QueryParameters.Consistency(request.Http.Request).Try(out var consistency, out problem))
        {
            return problem;
        }

        var result = await request.Service<KeyValueStore>().GetAsync(key, consistency, request.Aborted).ConfigureAwait(false);
        if (!result.IsAnswered)
        {
            return KeyValueProblems.Of(result.Refusal, result.Rejection);
        }

        ShowIndex(request, result.Index);
        return result.IsFound
            ? new ValueResult(result.Value, result.Version)
            : ProblemType.NotFound.With("The key has no value.");
    }

    private static async ValueTask<IResult> PutAsync(ApiRequest request)
    {
        if (!ReadWrite(request).Try(out var write, out var problem))
        {
            return problem;
        }

        var value = await RequestBody.ReadAsync(request.Http, request.Settings.BodyBytesMax).ConfigureAwait(false);
        return value.Try(out var bytes, out problem)
            ? Answer(request, write.Options, await request.Service<KeyValueStore>().PutAsync(write.Key, bytes, write.Options, request.Aborted).ConfigureAwait(false))
            : problem;
    }

    private static async ValueTask<IResult> DeleteAsync(ApiRequest request) => ReadWrite(request).Try(out var write, out var problem)
        ? Answer(request, write.Options, await request.Service<KeyValueStore>().DeleteAsync(write.Key, write.Options, request.Aborted).ConfigureAwait(false))
        : problem;

    private static async ValueTask<IResult> CompareAndSwapAsync(ApiRequest request)
    {
        if (!ReadWrite(request, CompareAndSwapSuffix).Try(out var write, out var problem))
        {
            return problem;
        }

        var body = await RequestBody.ReadJsonAsync(request.Http, ApiJson.Default.CompareAndSwapDocument).ConfigureAwait(false);
        if (!body.Try(out var document, out problem))
        {
            return problem;
        }

        var result = await request.Service<KeyValueStore>()
            .CompareAndSwapAsync(write.Key, document.Expected?.Bytes, document.Replacement?.Bytes, write.Options, request.Aborted)
            .ConfigureAwait(false);
        return Answer(request, write.Options, result);
    }

    private static async ValueTask<IResult> ScanAsync(ApiRequest request)
    {
        var http = request.Http.Request;
        if (!QueryParameters.Bytes(http, AllowedQuery.Prefix).Try(out var prefix, out var problem)
            || !QueryParameters.Bytes(http, AllowedQuery.After).Try(out var after, out problem)
            || !QueryParameters.Limit(http, ScanEntriesDefault, Math.Min(request.Settings.ScanEntriesMax, KeyValueLimits.ScanLimitMax)).Try(out var limit, out problem)
            || !QueryParameters.Consistency(http).Try(out var consistency, out problem))
        {
            return problem;
        }

        var result = await request.Service<KeyValueStore>().ScanAsync(prefix, limit, after, consistency, request.Aborted).ConfigureAwait(false);
        if (!result.IsAnswered)
        {
            return KeyValueProblems.Of(result.Refusal, result.Rejection);
        }

        ShowIndex(request, result.Index);
        var entries = result.Entries.Select(entry => new EntryDocument(new Blob(entry.Key), new Blob(entry.Value), entry.Version.Value));
        return TypedResults.Json(new ScanDocument(result.Index.Value, [.. entries], result.HasMore), ApiJson.Default.ScanDocument);
    }

    private static IResult Answer(in ApiRequest request, in ProposeOptions options, in WriteResult result)
    {
        ShowIndex(request, result.Index);
        return result.IsApplied
            ? TypedResults.Json(new WriteDocument(result.Index.Value, result.Existed, result.Version.Value), ApiJson.Default.WriteDocument)
            : KeyValueProblems.Of(result, options);
    }

    private static Parsed<(byte[] Key, ProposeOptions Options)> ReadWrite(in ApiRequest request, string suffix = "")
    {
        var headers = request.Http.Request.Headers;
        if (headers.ContainsKey(HeaderNames.IfMatch) || headers.ContainsKey(HeaderNames.IfNoneMatch))
        {
            // To ignore a condition would be to overwrite what the client wanted to keep.
            return ProblemType.MalformedRequest.With("A write takes no If-Match or If-None-Match; use POST /v1/kv/KEY/cas.");
        }

        return !KeyPath.Read(request.Http, suffix).Try(out var key, out var problem)
            || !ProposalParameters.Read(request.Http.Request).Try(out var options, out problem)
            ? problem
            : (key, options);
    }

    private static void ShowIndex(in ApiRequest request, LogIndex index)
    {
        if (index != LogIndex.Zero)
        {
            request.Http.Response.Headers[ApiHeaders.Index] = index.Value.ToString(CultureInfo.InvariantCulture);
        }
    }
}
