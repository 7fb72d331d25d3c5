namespace Consensus;

/// <summary>
/// A member has passed on what is not what it is bound to by a hash, or what contradicts what the same member has shown before: no correct member does, as long as its disk gives back what was written. It is this
/// node's word, which nobody can check later.
/// </summary>
/// <param name="Peer">The member: whom the connection authenticates, whatever names are in what it sent.</param>
/// <param name="About">What was not as it should be.</param>
public sealed record TamperingDetected(NodeId Peer, string About) : ConsensusEvent;
