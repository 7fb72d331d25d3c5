namespace Consensus.Engine;

/// <summary>Something for the lane that writes the log: a batch, a compaction, or (neither) an attempt to get space again.</summary>
internal readonly record struct LogWork(ILogBatch? Batch, LogIndex CompactUpTo = default);
