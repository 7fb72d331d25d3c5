using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Simulation.Disk;
using Consensus.Storage.Files;
using Consensus.Storage.Log;
using Consensus.Storage.Snapshots;
using Consensus.Storage.Tests.Snapshots;

namespace Consensus.Storage.Tests.Replica;

/// <summary>A replica's folder as its host would fill it: a log whose entries are chained, and snapshots of their positions.</summary>
internal sealed class Folder(SimulatedDisk disk)
{
    public const string Directory = "data";

    private readonly EntryChain _chain = new();
    private readonly List<LogPosition> _positions = [LogPosition.Origin];

    public static ReplicaIdentity Identity { get; } = new(Samples.Cluster, new NodeId(7));

    public static ReplicaStorageOptions Options { get; } = new()
    {
        Log = new WriteAheadLogOptions { SegmentBytes = 8192, PrepareInBackground = false, NewSalt = () => 42 },
    };

    public SimulatedDisk Disk => disk;

    public LogPosition Last => _positions[^1];

    public static byte[] State(ulong index) => Samples.Bytes(300, (int)index);

    public static void Create(IFileSystem files) => ReplicaStorage.Create(files, Directory, Identity, Samples.Membership, Options);

    public static ReplicaStorage Open(IFileSystem files) => ReplicaStorage.Open(files, Directory, Identity, Options);

    /// <summary>The entry that follows, of a term.</summary>
    public LogEntry Next(ulong term)
    {
        var index = Last.Index.Next;
        byte[] payload = [(byte)index.Value, (byte)term];
        var time = new Timestamp((long)index.Value);
        var chain = _chain.Next(Last.Chain, index, new Term(term), EntryKind.Command, time, payload);
        _positions.Add(new LogPosition(index, new Term(term), chain));
        return new LogEntry(index, new Term(term), EntryKind.Command, time, payload, chain);
    }

    /// <summary>The position at an entry that was made before.</summary>
    public LogPosition At(ulong index) => _positions[(int)index];

    /// <summary>Goes back to an entry; the next one follows it.</summary>
    public void Rewind(ulong index) => _positions.RemoveRange((int)index + 1, _positions.Count - (int)index - 1);

    public void Append(WriteAheadLog log, int count, ulong term = 1)
    {
        for (var i = 0; i < count; i++)
        {
            Stage(log, LogRecordKind.Entry, Next(term));
        }

        log.Persist(log.TakeBatch()!);
    }

    /// <summary>Makes entries that never get to the log.</summary>
    public void Skip(int count, ulong term = 1)
    {
        for (var i = 0; i < count; i++)
        {
            Next(term);
        }
    }

    /// <summary>Begins the log anew after the last position.</summary>
    public static void Rebase(WriteAheadLog log, LogPosition position)
    {
        Stage(log, LogRecordKind.Base, new LogEntry(position.Index, position.Term, EntryKind.NoOp, default, default, position.Chain));
        log.Persist(log.TakeBatch()!);
    }

    public static SnapshotDescriptor Save(SnapshotStore snapshots, LogPosition position) =>
        snapshots.Save(Samples.Draft(1) with { Position = position }, stream => stream.Write(State(position.Index.Value)));

    public static SnapshotDescriptor Receive(SnapshotStore snapshots, LogPosition position)
    {
        var state = State(position.Index.Value);
        var snapshot = Samples.Described(1, state) with { Position = position };
        Assert.That(snapshot.Checksum, Is.EqualTo(Blake3.Hash(state)));
        snapshots.StoreChunk(snapshot, 0, state.AsSpan(0, 100));
        snapshots.StoreChunk(snapshot, 100, state.AsSpan(100));
        return snapshot;
    }

    public void DamageSnapshot(ulong index)
    {
        var bytes = disk.Read(SnapshotPath(index));
        disk.Put(SnapshotPath(index), [.. bytes[..^1], (byte)~bytes[^1]]);
    }

    public void DeleteSnapshot(ulong index) => disk.Delete(SnapshotPath(index));

    public string SnapshotPath(ulong index) =>
        disk.Paths.Single(name => Path.GetFileName(name).StartsWith($"{index:D20}-", StringComparison.Ordinal));

    private static void Stage(WriteAheadLog log, LogRecordKind kind, in LogEntry entry) =>
        log.Stage(new LogRecord(kind, log.LastStaged.Next, entry, 0, default));
}
