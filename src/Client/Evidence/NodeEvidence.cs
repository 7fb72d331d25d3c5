namespace Consensus.Client;

/// <summary>What a node says it has found that proves a member faulty. Only the evidence itself proves it: see <see cref="ConsensusClient.GetEvidenceAsync"/>.</summary>
/// <param name="Digest">Its name.</param>
/// <param name="Culprit">Who is accused.</param>
/// <param name="Kind">What both statements are about.</param>
/// <param name="About">The same in words, and where.</param>
/// <param name="Epoch">In which epoch.</param>
/// <param name="SeenAt">When the node found it, by its own clock.</param>
/// <param name="IsStored">Whether it is on the node's disk.</param>
public sealed record NodeEvidence(Digest Digest, NodeId Culprit, string Kind, string About, Epoch Epoch, DateTimeOffset SeenAt, bool IsStored);
