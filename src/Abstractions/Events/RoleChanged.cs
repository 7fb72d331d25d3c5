namespace Consensus;

/// <summary>The replica does something else from now on.</summary>
/// <param name="Role">What it does.</param>
/// <param name="TermOrView">The term or view.</param>
public sealed record RoleChanged(ReplicaRole Role, ulong TermOrView) : ConsensusEvent;
