using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>The newest snapshot that the sender has, for somebody whose log ends before it.</summary>
/// <param name="Snapshot">The snapshot with its certificate.</param>
internal sealed record SnapshotOffer(CertifiedSnapshot Snapshot) : ProtocolMessage;
