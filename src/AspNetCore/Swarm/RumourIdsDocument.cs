namespace Consensus.AspNetCore.Swarm;

/// <summary>The answer to <c>GET /api/gossip/message_ids</c>.</summary>
/// <param name="Ids">The rumours that this node has, those that came first before the others.</param>
/// <param name="HasMore">Whether there are more behind the last one.</param>
internal sealed record RumourIdsDocument(IReadOnlyList<string> Ids, bool HasMore);
