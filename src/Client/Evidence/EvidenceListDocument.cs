namespace Consensus.Client.Evidence;

/// <summary>What a node has found, as the API writes it.</summary>
internal sealed record EvidenceListDocument(IReadOnlyList<EvidenceItemDocument> Items);
