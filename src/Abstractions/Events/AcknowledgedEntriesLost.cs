namespace Consensus;

/// <summary>
/// A replica lacks entries that it had acknowledged as being on its disk: the disk lost them, or damaged its last write. They are sent to it
/// again, but while they were missing they were on one disk less than was promised. The disk should be looked at. Told by the leader.
/// </summary>
/// <param name="Node">The replica.</param>
/// <param name="Index">The last entry that it may still have.</param>
/// <param name="Acknowledged">The last entry that it had acknowledged.</param>
public sealed record AcknowledgedEntriesLost(NodeId Node, LogIndex Index, LogIndex Acknowledged) : ConsensusEvent;
