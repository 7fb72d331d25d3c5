namespace Consensus.Simulation.Observation;

/// <summary>The state after a command.</summary>
/// <param name="Command">The command's entry.</param>
/// <param name="Hash">The hash of the state that the first node had after it.</param>
/// <param name="By">That node.</param>
internal readonly record struct AppliedState(EntryMark Command, Digest Hash, NodeId By);
