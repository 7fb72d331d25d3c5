using System.Globalization;
using System.Text.Json;
using Consensus.Client.Calls;
using Consensus.Client.Json;

namespace Consensus.Client.Members;

/// <summary>Asks for changes of the membership and of the leadership, which no number protects from taking effect twice, and of the engine.</summary>
internal sealed class MemberClient(ConsensusClientOptions options, ApiChannel channel, TimeProvider time)
{
    /// <summary>Where members are.</summary>
    public const string Path = "v1/members";

    /// <summary>Adds, promotes or moves a member.</summary>
    public ValueTask<ChangeResult> ChangeAsync(NodeId node, string? address, string kind, LogIndex? expectedVersion, CancellationToken cancellationToken) => SendAsync(
        new ApiCall(HttpMethod.Post, Path + Expecting(expectedVersion))
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(new MemberChangeDocument(node.Value, address, kind), WireJson.Default.MemberChangeDocument),
            ContentType = ApiCall.Json,
            Repetition = Repetition.OnlyWithoutEffect,
        },
        cancellationToken);

    /// <summary>Removes a member.</summary>
    public ValueTask<ChangeResult> RemoveAsync(NodeId node, LogIndex? expectedVersion, CancellationToken cancellationToken) =>
        SendAsync(
            new ApiCall(HttpMethod.Delete, string.Create(CultureInfo.InvariantCulture, $"{Path}/{node.Value}{Expecting(expectedVersion)}")) { Repetition = Repetition.OnlyWithoutEffect },
            cancellationToken);

    /// <summary>Lets another member lead.</summary>
    public ValueTask<ChangeResult> TransferAsync(NodeId target, CancellationToken cancellationToken) => SendAsync(
        new ApiCall(HttpMethod.Post, "v1/control/transfer")
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(new TransferDocument(target == NodeId.None ? null : target.Value), WireJson.Default.TransferDocument),
            ContentType = ApiCall.Json,
            Repetition = Repetition.OnlyWithoutEffect,
        },
        cancellationToken);

    /// <summary>Ends the epoch as an operator's order says.</summary>
    public ValueTask<ChangeResult> EndEpochAsync(ReadOnlyMemory<byte> order, CancellationToken cancellationToken) => SendAsync(Seal(order), cancellationToken);

    /// <summary>The call that brings an order to end the epoch. It takes effect once, however often it is sent.</summary>
    public static ApiCall Seal(ReadOnlyMemory<byte> order) => new(HttpMethod.Post, "v1/control/seal")
    {
        Body = JsonSerializer.SerializeToUtf8Bytes(new SealDocument(order), WireJson.Default.SealDocument),
        ContentType = ApiCall.Json,
        Repetition = Repetition.Safe,
    };

    /// <summary>The query of a change that is refused if the membership has changed since a version.</summary>
    public static string Expecting(LogIndex? version) => version is { } expected ? string.Create(CultureInfo.InvariantCulture, $"?expected_version={expected.Value}") : "";

    private async ValueTask<ChangeResult> SendAsync(ApiCall call, CancellationToken cancellationToken)
    {
        var result = await channel.SendAsync(call, new Deadline(time, options.ChangeTimeout), cancellationToken).ConfigureAwait(false);
        if (result.IsSuccess)
        {
            return new ChangeResult(ProposeStatus.Applied, RefusalReason.None, result.Answer!.Read(WireJson.Default.ChangeDocument).Detail ?? "");
        }

        var (status, refusal) = result.ToFailure();
        return new ChangeResult(status, refusal, result.Detail);
    }
}
