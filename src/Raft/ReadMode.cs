namespace Consensus.Raft;

/// <summary>How a leader makes sure that it still leads before it answers a linearizable read.</summary>
public enum ReadMode
{
    /// <summary>By a round of heartbeats for each batch of reads (Ongaro, thesis, section 6.4). No assumption about clocks.</summary>
    ReadIndex,

    /// <summary>
    /// By the time of the last acknowledged round (thesis, section 6.4.1). Faster; linearizable only if no replica's clock runs faster or
    /// slower than another's by more than <see cref="RaftOptions.ClockDriftMax"/>, and no process is resumed with a stopped clock.
    /// </summary>
    Lease,
}
