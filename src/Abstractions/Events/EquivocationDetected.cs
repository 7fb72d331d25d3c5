namespace Consensus;

/// <summary>A replica has signed two statements that contradict each other: only a faulty one does.</summary>
/// <param name="Culprit">Who has.</param>
/// <param name="About">What both statements are about.</param>
public sealed record EquivocationDetected(NodeId Culprit, string About) : ConsensusEvent;
