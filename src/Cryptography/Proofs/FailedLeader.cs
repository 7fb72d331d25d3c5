namespace Consensus.Cryptography;

/// <summary>A leader that has failed, as a node of a chain has it on record.</summary>
/// <param name="Leader">The leader.</param>
/// <param name="Term">Its last term that has failed.</param>
public readonly record struct FailedLeader(NodeId Leader, ulong Term);
