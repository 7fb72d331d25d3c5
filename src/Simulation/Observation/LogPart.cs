using Consensus.Engine;

namespace Consensus.Simulation.Observation;

/// <summary>The end of a log, from a record on, that consists of nothing but entries.</summary>
/// <param name="First">Its first record.</param>
/// <param name="Last">Its last entry; through the chain hash it stands for all before it.</param>
internal readonly record struct LogPart(Lsn First, EntryMark Last);
