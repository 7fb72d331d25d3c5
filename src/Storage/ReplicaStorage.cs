using Consensus.Engine;
using Consensus.Storage.Files;
using Consensus.Storage.Log;
using Consensus.Storage.Reconciliation;
using Consensus.Storage.Snapshots;

namespace Consensus.Storage;

/// <summary>A replica's data folder, open and locked: its identity, its log, its snapshots, and what they say together.</summary>
/// <remarks>The layout is in the README beside <see cref="SnapshotStore"/>.</remarks>
public sealed class ReplicaStorage : IDisposable
{
    private const string LogFolder = "log";
    private const string SnapshotFolder = "snapshots";
    private const string LockFile = "lock";
    private const string Renewal = "remove this replica from the group and add a new one, with a new node id and an empty folder";

    private readonly IDisposable _lock;

    private ReplicaStorage(IDisposable folderLock, WriteAheadLog log, SnapshotStore snapshots, RecoveredState recovered, ReconciliationCase found, TornTail? torn)
    {
        _lock = folderLock;
        Log = log;
        Snapshots = snapshots;
        Recovered = recovered;
        Found = found;
        Torn = torn;
    }

    /// <summary>The write-ahead log.</summary>
    public WriteAheadLog Log { get; }

    /// <summary>The snapshots.</summary>
    public SnapshotStore Snapshots { get; }

    /// <summary>What the replica starts from. All of it is durable.</summary>
    public RecoveredState Recovered { get; }

    /// <summary>How snapshot and log were found to belong together. Worth a warning if the replica fell back.</summary>
    public ReconciliationCase Found { get; }

    /// <summary>The unfinished write at the log's end that was cut off, if there was one.</summary>
    public TornTail? Torn { get; }

    /// <summary>
    /// Makes a folder into the data folder of a new replica. After a crash in between, it can be called again; a folder that is complete,
    /// or that has ever been used, is refused.
    /// </summary>
    /// <param name="files">Where the folder is.</param>
    /// <param name="directory">The folder; created if need be.</param>
    /// <param name="identity">Whose data it will hold.</param>
    /// <param name="bootstrap">Who belongs to the group at its creation; empty for a replica that joins later.</param>
    /// <param name="options">How to lay it out; the defaults if it is <see langword="null"/>.</param>
    /// <exception cref="ConsensusException">
    /// <see cref="ConsensusFailure.InvalidConfiguration"/>: identity or members are invalid, or the folder is in use.
    /// <see cref="ConsensusFailure.StorageForeign"/>: it is a data folder already. <see cref="ConsensusFailure.StorageFailed"/>: the disk is
    /// full, or cannot be written to.
    /// </exception>
    public static void Create(
        IFileSystem files,
        string directory,
        ReplicaIdentity identity,
        ClusterMembership bootstrap,
        ReplicaStorageOptions? options = null)
    {
        if (identity.Node == NodeId.None || identity.Cluster == ClusterId.None)
        {
            throw new ConsensusException(ConsensusFailure.InvalidConfiguration, $"A data folder needs a cluster id and a node id of 1 or more; given were {identity}.");
        }

        try
        {
            files.CreateDirectory(directory);
            using var folderLock = TakeLock(files, directory);
            RefuseUsed(files, directory);
            files.CreateDirectory(Path.Join(directory, SnapshotFolder));
            WriteAheadLog.Create(files, Path.Join(directory, LogFolder), identity, (options ?? new ReplicaStorageOptions()).Log);
            IdentityFile.Write(files, directory, identity, bootstrap);
        }
        catch (ArgumentException exception)
        {
            throw new ConsensusException(ConsensusFailure.InvalidConfiguration, exception.Message, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failed(directory, "created", exception);
        }
    }

    /// <summary>Whether a folder is a replica's data folder: whether its creation was finished.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.StorageFailed"/>: it cannot be read.</exception>
    public static bool Exists(IFileSystem files, string directory)
    {
        try
        {
            return files.ListFiles(directory).Contains(IdentityFile.Name, StringComparer.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failed(directory, "read", exception);
        }
    }

    /// <summary>Opens a data folder and reconciles its snapshots with its log.</summary>
    /// <param name="files">Where the folder is.</param>
    /// <param name="directory">The folder; locked until <see cref="Dispose"/>.</param>
    /// <param name="expected">Whose data it must hold.</param>
    /// <param name="options">How to go on with it.</param>
    /// <exception cref="ConsensusException">
    /// <see cref="ConsensusFailure.StorageForeign"/>: it is no data folder, or that of another cluster, node or a newer version.
    /// <see cref="ConsensusFailure.StorageCorrupt"/>: going on would lose what the replica has promised to keep.
    /// <see cref="ConsensusFailure.StorageFailed"/>: it cannot be read or written.
    /// <see cref="ConsensusFailure.InvalidConfiguration"/>: it is in use, or an option is out of its range.
    /// </exception>
    public static ReplicaStorage Open(IFileSystem files, string directory, ReplicaIdentity expected, ReplicaStorageOptions options)
    {
        if (!Exists(files, directory))
        {
            throw new ConsensusException(
                ConsensusFailure.StorageForeign,
                $"{directory} is no data folder: the file '{IdentityFile.Name}' is not there. Create the folder for {Describe(expected)} first, or correct the path.");
        }

        try
        {
            return OpenLocked(files, directory, expected, options);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failed(directory, "opened", exception);
        }
    }

    /// <summary>Closes the files and releases the lock.</summary>
    public void Dispose()
    {
        Log.Dispose();
        Snapshots.Dispose();
        _lock.Dispose();
    }

    private static ReplicaStorage OpenLocked(IFileSystem files, string directory, ReplicaIdentity expected, ReplicaStorageOptions options)
    {
        var folderLock = TakeLock(files, directory);
        SnapshotStore? snapshots = null;
        WriteAheadLog? log = null;
        try
        {
            var bootstrap = ReadBootstrap(files, directory, expected);

            // A process that was killed as the last step of the folder's creation may not have made the identity's name durable.
            files.FlushDirectory(directory);
            files.Delete(Path.Join(directory, IdentityFile.Writing));
            var snapshotFolder = Path.Join(directory, SnapshotFolder);
            snapshots = SnapshotStore.Open(files, snapshotFolder, expected.Cluster, options.Snapshots);
            (log, var entries) = WriteAheadLog.Open(files, Path.Join(directory, LogFolder), expected, options.Log);
            var found = Judge(snapshots, entries, snapshotFolder);
            if (found.Action == ReconciliationAction.Rebase)
            {
                entries = Rebase(log, entries, snapshots.Latest!.Position);
            }

            var recovered = new RecoveredState
            {
                Snapshot = snapshots.Latest,
                Older = snapshots.Older,
                Base = entries.Base,
                Entries = entries.Entries,
                Slots = entries.Slots,
                LastLsn = entries.LastLsn,
                Bootstrap = bootstrap,
                AcceptsWrites = log.AcceptsWrites,
            };
            return new ReplicaStorage(folderLock, log, snapshots, recovered, found.Case, entries.Torn);
        }
        catch
        {
            log?.Dispose();
            snapshots?.Dispose();
            folderLock.Dispose();
            throw;
        }
    }

    private static ReconciliationRow Judge(SnapshotStore snapshots, RecoveredLog log, string snapshotFolder)
    {
        var relation = ReconciliationTable.Relate(snapshots.Latest?.Position, log.Base, log.Entries);
        var row = ReconciliationTable.Find(relation, log.Base == LogPosition.Origin, snapshots.Damaged.Count > 0);
        return row.Action == ReconciliationAction.Refuse
            ? throw new ConsensusException(ConsensusFailure.StorageCorrupt, Explain(row.Case, snapshots, log, snapshotFolder))
            : row;
    }

    private static string Explain(ReconciliationCase found, SnapshotStore snapshots, RecoveredLog log, string snapshotFolder)
    {
        var beginning = $"The log begins after entry {log.Base.Index} (term {log.Base.Term})";
        var newest = snapshots.Latest is { } latest ? $"the newest whole one covers entry {latest.Position.Index}" : "there is no whole one";
        return found switch
        {
            ReconciliationCase.SnapshotMissing or ReconciliationCase.SnapshotTooOld =>
                $"{beginning}, but no snapshot in {snapshotFolder} covers what was before: {newest}. Restore the missing snapshot from a copy, or {Renewal}.",
            ReconciliationCase.SnapshotDamaged =>
                $"{beginning}, and the snapshot that covers what was before is damaged: {newest}. {string.Join(' ', snapshots.Damaged.Select(damaged => damaged.Problem))} Restore the file from a copy, or {Renewal}.",
            _ =>
                $"{beginning} with the hash chain {log.Base.Chain}, but the snapshot in {snapshotFolder} at entry {snapshots.Latest?.Position.Index} of term {snapshots.Latest?.Position.Term} has {snapshots.Latest?.Position.Chain}. They are not of one replica: put the folder together from one copy, or {Renewal}.",
        };
    }

    /// <summary>Begins the log anew after a snapshot. The engine's slots (term, vote, seal) stay.</summary>
    private static RecoveredLog Rebase(WriteAheadLog log, RecoveredLog recovered, LogPosition position)
    {
        var entry = new LogEntry(position.Index, position.Term, EntryKind.NoOp, default, default, position.Chain);
        log.Stage(new LogRecord(LogRecordKind.Base, log.LastStaged.Next, entry, 0, default));
        log.Persist(log.TakeBatch()!);
        return recovered with { Base = position, Entries = [], LastLsn = log.LastStaged };
    }

    private static ClusterMembership ReadBootstrap(IFileSystem files, string directory, ReplicaIdentity expected)
    {
        var (identity, bootstrap) = IdentityFile.Read(files, directory);
        return identity == expected
            ? bootstrap
            : throw new ConsensusException(
                ConsensusFailure.StorageForeign,
                $"{directory} is the data folder of {Describe(identity)}, but {Describe(expected)} was to use it. Correct the path or the ids in the configuration; data of one replica is of no use to another.");
    }

    private static void RefuseUsed(IFileSystem files, string directory)
    {
        if (Exists(files, directory))
        {
            throw new ConsensusException(ConsensusFailure.StorageForeign, $"{directory} is a data folder already. Open it, or choose an empty folder.");
        }

        var snapshotFolder = Path.Join(directory, SnapshotFolder);
        if (files.ListFiles(snapshotFolder).Count > 0)
        {
            throw new ConsensusException(
                ConsensusFailure.StorageForeign,
                $"{snapshotFolder} has files, but {directory} has no file '{IdentityFile.Name}': a data folder was here, and has lost it. Restore the file from a copy, or choose an empty folder.");
        }
    }

    private static IDisposable TakeLock(IFileSystem files, string directory)
    {
        try
        {
            return files.Lock(Path.Join(directory, LockFile));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConsensusException(
                ConsensusFailure.InvalidConfiguration,
                $"The data folder {directory} cannot be locked: {exception.Message} Or choose another folder.",
                exception);
        }
    }

    private static string Describe(ReplicaIdentity identity) => $"node {identity.Node} of cluster {identity.Cluster}";

    private static ConsensusException Failed(string directory, string what, Exception cause) =>
        new(ConsensusFailure.StorageFailed, $"The data folder {directory} cannot be {what}: {cause.Message}", cause);
}
