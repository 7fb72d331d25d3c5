namespace Consensus.Engine;

/// <summary>Whom the applier tells what it did. Called on the applier's thread.</summary>
public interface IApplierHost
{
    /// <summary>A command entry was applied; a local caller may wait for it.</summary>
    /// <param name="entry">The entry; its payload is valid during the call only.</param>
    /// <param name="command">What became of it.</param>
    void OnCommandApplied(in LogEntry entry, in AppliedCommand command);

    /// <summary>All entries up to <paramref name="index"/> are applied.</summary>
    void OnApplied(LogIndex index);

    /// <summary>The state was hashed after an entry at which all replicas compare theirs.</summary>
    void OnStateHashed(LogIndex index, Digest hash);

    /// <summary>A peer's snapshot has replaced the state.</summary>
    void OnInstalled(SnapshotDescriptor snapshot);

    /// <summary>
    /// A snapshot was captured: it is to be saved beside the applier, after which <see cref="Applier.OnSnapshotEnded"/> is due.
    /// </summary>
    void SaveSnapshot(SnapshotDescriptor draft, IStateSnapshot state);
}
