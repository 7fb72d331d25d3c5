namespace Consensus.Hosting;

/// <summary>Evidence that a node keeps.</summary>
/// <param name="Digest">Its name: see <see cref="Consensus.Cryptography.EquivocationEvidence.ComputeDigest"/>.</param>
/// <param name="Document">The evidence, and when it was found.</param>
/// <param name="IsStored">Whether it is on the disk; false while there was no room for it.</param>
public sealed record ArchivedEvidence(Digest Digest, EvidenceDocument Document, bool IsStored);
