namespace Consensus.Simulation.Observation;

/// <summary>An entry that some core has counted as committed.</summary>
/// <param name="Mark">The entry.</param>
/// <param name="Period">The term or view of the core that did so first.</param>
/// <param name="By">Its node.</param>
internal readonly record struct CommittedEntry(EntryMark Mark, ulong Period, NodeId By);
