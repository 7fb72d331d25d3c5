namespace Consensus;

/// <summary>A replica has signed two statements that contradict each other: only a faulty one does. Who hosts this replica keeps both, where anybody can check them.</summary>
/// <param name="Culprit">Who has.</param>
/// <param name="About">What both statements are about.</param>
/// <param name="Evidence">Under what name the evidence is kept: its digest.</param>
public sealed record EquivocationDetected(NodeId Culprit, string About, Digest Evidence) : ConsensusEvent;
