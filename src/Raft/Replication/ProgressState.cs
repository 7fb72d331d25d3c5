namespace Consensus.Raft.Replication;

/// <summary>How a leader replicates to one peer (etcd's progress states).</summary>
internal enum ProgressState
{
    /// <summary>It is not known where the logs agree: one message, then wait.</summary>
    Probe,

    /// <summary>It is known: messages are pipelined.</summary>
    Replicate,

    /// <summary>The peer needs entries that the leader has no more: a snapshot is on its way.</summary>
    Snapshot,
}
