using Consensus.Client.Json;

namespace Consensus.Client.Peers;

/// <summary>What a node knows of one peer, as the API writes it.</summary>
internal sealed record PeerDocument
{
    public required uint Id { get; init; }

    public required string Address { get; init; }

    public required string Source { get; init; }

    public required PeerConnectionDocument Outgoing { get; init; }

    public required PeerConnectionDocument Incoming { get; init; }

    public required long ConnectFailures { get; init; }

    public PeerFailureDocument? LastFailure { get; init; }

    public DateTimeOffset? LastHeard { get; init; }

    /// <summary>The peer.</summary>
    public PeerStatus ToStatus() => new()
    {
        Id = new NodeId(Id),
        Address = Address,
        Source = WireNames.Parse(Source, PeerSource.Unknown),
        Outgoing = Outgoing.ToConnection(),
        Incoming = Incoming.ToConnection(),
        ConnectFailures = ConnectFailures,
        LastFailure = LastFailure?.ToFailure(),
        LastHeard = LastHeard,
    };
}
