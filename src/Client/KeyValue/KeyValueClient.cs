using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Consensus.Client.Calls;
using Consensus.Client.Json;
using Consensus.Client.KeyValue;
using Consensus.Client.Sessions;

namespace Consensus.Client;

/// <summary>
/// The key-value machine of a cluster: the same calls, with the same outcomes, as its <c>KeyValueStore</c> offers to a program that embeds a
/// node. Safe to use from any number of threads.
/// </summary>
public sealed class KeyValueClient
{
    private readonly ApiReader _reader;
    private readonly SessionWriter _writer;

    internal KeyValueClient(ApiReader reader, SessionWriter writer) => (_reader, _writer) = (reader, writer);

    /// <summary>Sets a key's value.</summary>
    /// <param name="key">The key, 1 to 1,024 bytes.</param>
    /// <param name="value">The value. It must not be changed until the call has ended.</param>
    /// <param name="options">Time limit, a number of the caller's own, and what to wait for; the defaults suit most callers.</param>
    /// <param name="cancellationToken">Stops the waiting. The command may still take effect.</param>
    public ValueTask<WriteResult> PutAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, ProposeOptions options = default, CancellationToken cancellationToken = default) =>
        WriteAsync(key, "", path => new ApiCall(HttpMethod.Put, path) { Body = value, Commands = () => KeyValueWire.Put(key.Span, value.Span) }, options, cancellationToken);

    /// <summary>Removes a key. It is applied also if there is none; then <see cref="WriteResult.Existed"/> is false.</summary>
    /// <inheritdoc cref="PutAsync"/>
    public ValueTask<WriteResult> DeleteAsync(ReadOnlyMemory<byte> key, ProposeOptions options = default, CancellationToken cancellationToken = default) =>
        WriteAsync(key, "", path => new ApiCall(HttpMethod.Delete, path) { Commands = () => KeyValueWire.Delete(key.Span) }, options, cancellationToken);

    /// <summary>Sets or removes a key's value if the present one is as expected; else it is rejected with <see cref="KeyValueRejection.ComparisonFailed"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="expected">
    /// The value that the key must have; null if it must have none. Mind C#: a variable of type <c>byte[]</c> that is null converts to an empty
    /// value; <c>default(ReadOnlyMemory&lt;byte&gt;?)</c> does not.
    /// </param>
    /// <param name="replacement">The value that it gets; null to remove it.</param>
    /// <param name="options">How it is proposed.</param>
    /// <param name="cancellationToken">Stops the waiting. The command may still take effect.</param>
    public ValueTask<WriteResult> CompareAndSwapAsync(
        ReadOnlyMemory<byte> key,
        ReadOnlyMemory<byte>? expected,
        ReadOnlyMemory<byte>? replacement,
        ProposeOptions options = default,
        CancellationToken cancellationToken = default)
    {
        var document = new SwapDocument(
            expected is { } present ? new Blob(present) : null,
            replacement is { } next ? new Blob(next) : null);
        return WriteAsync(
            key,
            "/cas",
            path => new ApiCall(HttpMethod.Post, path)
            {
                Body = JsonSerializer.SerializeToUtf8Bytes(document, WireJson.Default.SwapDocument),
                ContentType = ApiCall.Json,
                Commands = () => KeyValueWire.CompareAndSwap(key.Span, expected, replacement),
            },
            options,
            cancellationToken);
    }

    /// <summary>Finds a key's value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="consistency">How current the answer must be.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async ValueTask<ReadResult> GetAsync(
        ReadOnlyMemory<byte> key, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default)
    {
        if (Check(key.Length) is { Rejection: not KeyValueRejection.None } rejected)
        {
            return new ReadResult(RefusalReason.None, rejected.Rejection, LogIndex.Zero, IsFound: false, LogIndex.Zero, default, rejected.Detail);
        }

        var result = await _reader.GetAsync(KeyPath.Of(key.Span, query: ApiReader.Query(consistency)), cancellationToken).ConfigureAwait(false);
        var index = new LogIndex(result.Answer?.Index ?? 0);
        if (result.IsSuccess)
        {
            return new ReadResult(RefusalReason.None, KeyValueRejection.None, index, IsFound: true, new LogIndex(result.Answer!.Version), result.Answer.Body, "");
        }

        if (result.Problem is { Code: "not-found", Rejection: "" })
        {
            return new ReadResult(RefusalReason.None, KeyValueRejection.None, index, IsFound: false, LogIndex.Zero, default, "");
        }

        var rejection = RejectionOf(result);
        var refusal = rejection == KeyValueRejection.None ? result.ToRefusal() : RefusalReason.None;
        return new ReadResult(refusal, rejection, index, IsFound: false, LogIndex.Zero, default, result.Detail);
    }

    /// <summary>Lists one page of the entries whose key begins with a prefix, in ordinal order of the keys.</summary>
    /// <param name="prefix">What the keys begin with; empty for all.</param>
    /// <param name="limit">The most entries of the page: 1 to 1,000, or less if the node says so.</param>
    /// <param name="after">Only keys that come after this one; empty for all.</param>
    /// <param name="consistency">How current the answer must be.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async ValueTask<ScanResult> ScanAsync(
        ReadOnlyMemory<byte> prefix,
        int limit = 100,
        ReadOnlyMemory<byte> after = default,
        ReadConsistency consistency = ReadConsistency.Linearizable,
        CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"v1/kv?prefix={KeyPath.Encode(prefix.Span)}&after={KeyPath.Encode(after.Span)}&limit={limit}&{ApiReader.Query(consistency)}");
        var result = await _reader.GetAsync(path, cancellationToken).ConfigureAwait(false);
        if (result.IsSuccess)
        {
            var page = result.Answer!.Read(WireJson.Default.ScanDocument);
            return new ScanResult(
                RefusalReason.None,
                KeyValueRejection.None,
                new LogIndex(page.Index),
                [.. page.Entries.Select(entry => new KeyValueEntry(entry.Key.Bytes, entry.Value.Bytes, new LogIndex(entry.Version)))],
                page.HasMore,
                "");
        }

        var rejection = RejectionOf(result);
        var refusal = rejection == KeyValueRejection.None ? result.ToRefusal() : RefusalReason.None;
        return new ScanResult(refusal, rejection, LogIndex.Zero, [], HasMore: false, result.Detail);
    }

    /// <summary>
    /// Lists all entries whose key begins with a prefix, page by page; each page shows the state at its own index. The last page is the one
    /// without more behind it, or one that was not answered, which says why.
    /// </summary>
    /// <param name="prefix">What the keys begin with; empty for all.</param>
    /// <param name="pageSize">The most entries of a page.</param>
    /// <param name="after">Only keys that come after this one; empty for all.</param>
    /// <param name="consistency">How current each page must be.</param>
    /// <param name="cancellationToken">Stops the listing.</param>
    public async IAsyncEnumerable<ScanResult> ScanPagesAsync(
        ReadOnlyMemory<byte> prefix,
        int pageSize = 100,
        ReadOnlyMemory<byte> after = default,
        ReadConsistency consistency = ReadConsistency.Linearizable,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var page = await ScanAsync(prefix, pageSize, after, consistency, cancellationToken).ConfigureAwait(false);
            yield return page;
            if (!page.HasMore || page.Entries is not [.., var last])
            {
                yield break;
            }

            after = last.Key;
        }
    }

    private async ValueTask<WriteResult> WriteAsync(
        ReadOnlyMemory<byte> key, string suffix, Func<string, ApiCall> create, ProposeOptions options, CancellationToken cancellationToken)
    {
        if (Check(key.Length) is { Rejection: not KeyValueRejection.None } rejected)
        {
            return new WriteResult(ProposeStatus.Rejected, RefusalReason.None, rejected.Rejection, LogIndex.Zero, Existed: false, LogIndex.Zero, rejected.Detail);
        }

        var result = await _writer.WriteAsync(create(KeyPath.Of(key.Span, suffix)), options, cancellationToken).ConfigureAwait(false);
        if (result.Content is { } content)
        {
            var outcome = KeyValueWire.ReadOutcome(content.Result);
            var detail = outcome.Rejection == KeyValueRejection.None ? "" : $"The key-value machine rejected it: {outcome.Rejection}.";
            var ended = content.IsApplied ? ProposeStatus.Applied : ProposeStatus.Rejected;
            return new WriteResult(ended, RefusalReason.None, outcome.Rejection, content.Index, outcome.Existed, outcome.Version, detail) { Proof = result.Proof };
        }

        if (result.IsSuccess)
        {
            var document = result.Answer!.Read(WireJson.Default.WriteDocument);
            return new WriteResult(
                ProposeStatus.Applied, RefusalReason.None, KeyValueRejection.None, new LogIndex(document.Index), document.Existed, new LogIndex(document.Version), "");
        }

        if (!result.IsUnknown && RejectionOf(result) is var rejection && rejection != KeyValueRejection.None)
        {
            var version = result.Problem!.Version;
            return new WriteResult(
                ProposeStatus.Rejected, RefusalReason.None, rejection, new LogIndex(result.Problem.Index ?? 0), Existed: version != 0, new LogIndex(version), result.Detail);
        }

        var (status, refusal) = result.ToFailure();
        return new WriteResult(status, refusal, KeyValueRejection.None, LogIndex.Zero, Existed: false, LogIndex.Zero, result.Detail) { Proof = result.Proof };
    }

    private static KeyValueRejection RejectionOf(in CallResult result) => result.Answer?.Problem is { Rejection.Length: > 0 } problem
        ? WireNames.Parse(problem.Rejection, KeyValueRejection.Other)
        : KeyValueRejection.None;

    /// <summary>What a path cannot even carry is not sent.</summary>
    private static (KeyValueRejection Rejection, string Detail) Check(int length) => length switch
    {
        0 => (KeyValueRejection.KeyEmpty, $"The key is empty; allowed: 1 to {KeyPath.KeyBytesMax:N0} bytes."),
        > KeyPath.KeyBytesMax => (KeyValueRejection.KeyTooLong, $"The key has {length:N0} bytes; allowed: 1 to {KeyPath.KeyBytesMax:N0}."),
        _ => default,
    };
}
