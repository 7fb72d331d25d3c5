namespace Consensus.Engine;

/// <summary>
/// A replica's write-ahead log as its driver sees it. Records are staged on the loop, and made durable in batches beside it: one write
/// and one flush for all that was staged meanwhile (group commit).
/// </summary>
/// <remarks>
/// <see cref="Stage"/> and <see cref="TakeBatch"/> are called from the loop only; <see cref="Persist"/> and <see cref="Compact"/> from
/// one other thread at a time, <see cref="TryReclaimSpace"/> too; the properties are read from the loop.
/// </remarks>
public interface IWriteAheadLog : IDisposable
{
    /// <summary>The position of the last staged record.</summary>
    Lsn LastStaged { get; }

    /// <summary>
    /// Whether there is space for entries beyond what is staged. <see langword="false"/> while the disk is full: what is reserved then
    /// serves the records that keep the replica safe (terms, votes, truncations) and what was in flight. It becomes <see langword="false"/>
    /// before the <see cref="Persist"/> returns that needs the space.
    /// </summary>
    bool AcceptsWrites { get; }

    /// <summary>Copies a record into the open batch.</summary>
    /// <exception cref="ConsensusException">The record does not follow the last one, or is larger than the format allows.</exception>
    void Stage(in LogRecord record);

    /// <summary>Closes the open batch and opens another.</summary>
    /// <returns>The batch, or <see langword="null"/> if nothing was staged.</returns>
    ILogBatch? TakeBatch();

    /// <summary>Writes a batch, flushes it and takes it back. When it returns, everything up to the batch's last record survives a crash.</summary>
    /// <exception cref="LogSpaceException">
    /// The disk is full. Nothing was written and <see cref="AcceptsWrites"/> is <see langword="false"/>; the same batch is to be given again
    /// when there is space, before any other.
    /// </exception>
    /// <exception cref="ConsensusException">
    /// <see cref="ConsensusFailure.StorageFailed"/>: what is on disk is no longer known; the replica must stop and never retry.
    /// </exception>
    void Persist(ILogBatch batch);

    /// <summary>Tries to get space again after the disk was full; changes <see cref="AcceptsWrites"/> if that worked.</summary>
    void TryReclaimSpace();

    /// <summary>
    /// Forgets entries up to and including <paramref name="index"/>, as far as whole files allow, and one file at most: a disk can be slow, and
    /// batches wait.
    /// </summary>
    /// <returns>Whether there is another file to delete.</returns>
    bool Compact(LogIndex index);
}
