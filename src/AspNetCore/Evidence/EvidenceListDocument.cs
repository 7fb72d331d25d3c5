namespace Consensus.AspNetCore.Evidence;

/// <summary>What a node has found that proves others faulty.</summary>
/// <param name="Items">The pieces, in the order in which they were found.</param>
internal sealed record EvidenceListDocument(IReadOnlyList<EvidenceItemDocument> Items);
