using Consensus.AspNetCore.Status;

namespace Consensus.AspNetCore.Peers;

/// <summary>What a node knows of one peer.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Address">Where the membership says that it is.</param>
/// <param name="Source">Who said where it is at the last attempt to connect.</param>
/// <param name="Outgoing">The connection on which the node sends; its end point is the one in use or tried last.</param>
/// <param name="Incoming">The connection on which the node receives; its end point is where the peer calls from.</param>
/// <param name="ConnectFailures">How many attempts to connect have failed since the node started.</param>
/// <param name="LastFailure">Why the last of them failed; <c>null</c> if none has.</param>
/// <param name="LastHeard">When something of it arrived last; <c>null</c> if nothing has.</param>
internal sealed record PeerDocument(
    uint Id,
    string Address,
    string Source,
    PeerConnectionDocument Outgoing,
    PeerConnectionDocument Incoming,
    long ConnectFailures,
    PeerFailureDocument? LastFailure,
    DateTimeOffset? LastHeard)
{
    /// <summary>The document for a peer.</summary>
    public static PeerDocument Of(PeerStatus peer) => new(
        peer.Id.Value,
        peer.Address,
        WireNames.Of(peer.Source),
        PeerConnectionDocument.Of(peer.Outgoing),
        PeerConnectionDocument.Of(peer.Incoming),
        peer.ConnectFailures,
        peer.LastFailure is { } failure ? new PeerFailureDocument(failure.Reason, failure.At) : null,
        peer.LastHeard);
}
