namespace Consensus.AspNetCore.Tests.Fakes;

/// <summary>A registry that never changes.</summary>
internal sealed class FixedPeers(IReadOnlyList<PeerStatus>? peers) : IPeerRegistry
{
    public IReadOnlyList<PeerStatus>? ListPeers() => peers;
}
