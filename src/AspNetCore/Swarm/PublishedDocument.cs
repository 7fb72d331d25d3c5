namespace Consensus.AspNetCore.Swarm;

/// <summary>The answer to <c>POST /api/gossip</c>.</summary>
/// <param name="Id">Which rumour it is.</param>
/// <param name="Sequence">Which one of this node's.</param>
internal sealed record PublishedDocument(string Id, ulong Sequence);
