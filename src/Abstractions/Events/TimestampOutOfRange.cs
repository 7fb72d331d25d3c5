namespace Consensus;

/// <summary>
/// A leader proposes blocks whose times do not fit this node's clock: from the future, and then they are not accepted, or so far in the past, and for so long, that it seems to hold the log's time back. Or this node's own clock
/// is wrong: then it says so of every leader. Told once a minute for each leader and direction at most; by engines that do not trust their leaders, and by a hybrid that runs Raft, which accepts what lies ahead all the same.
/// </summary>
/// <param name="Proposer">The leader.</param>
/// <param name="Time">The log's time after its block.</param>
/// <param name="Clock">What this node's clock shows.</param>
public sealed record TimestampOutOfRange(NodeId Proposer, Timestamp Time, Timestamp Clock) : ConsensusEvent;
