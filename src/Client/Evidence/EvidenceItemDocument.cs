using Consensus.Client.Json;

namespace Consensus.Client.Evidence;

/// <summary>One piece of evidence in a list, as the API writes it.</summary>
internal sealed record EvidenceItemDocument(string Digest, uint Culprit, string Kind, string About, ulong Epoch, DateTimeOffset SeenAt, bool Stored)
{
    /// <summary>The piece.</summary>
    public NodeEvidence ToEvidence() => new(DigestText.Parse(Digest), new NodeId(Culprit), Kind, About, new Epoch(Epoch), SeenAt, Stored);
}
