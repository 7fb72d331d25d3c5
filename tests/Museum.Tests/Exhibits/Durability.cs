namespace Consensus.Museum.Tests.Exhibits;

/// <summary>Bugs in what is on disk when somebody relies on it.</summary>
internal static class Durability
{
    private const string RecoveryTable = "Storage/Log/Recovery/RecoveryTable.cs";

    public static IEnumerable<Exhibit> All =>
    [
        new()
        {
            Name = "R20 the flush of an overwritten entry counts for the new one",
            Bug = "The flush of the batch under way is taken for that of all that was appended meanwhile, also in the place of what it had written.",
            Origin = "asynchronous storage in etcd's raft: the ABA problem in rawnode.go",
            Mutations = [new("Engine/Driver/ReplicaDriver.cs", "        _core.Step(now, durable, _effects);", "        _core.Step(now, new LogDurable(_log.LastStaged), _effects);")],
            Conditions = Conditions.SlowDisks,
            FoundBy = ["committed on quorum"],
        },
        new()
        {
            Name = "R28 a failed flush is tried again",
            Bug = "A flush that failed is repeated, and reports success, although the system has dropped what it was to write.",
            Origin = "PostgreSQL and others, 2018 (fsyncgate)",
            Mutations = [new("Storage/Log/Segment.cs", "        file.Write(End, bytes);\n        file.Flush();\n", "        file.Write(End, bytes);\n        try\n        {\n            file.Flush();\n        }\n        catch (IOException)\n        {\n            file.Flush();\n        }\n\n")],
            Conditions = Conditions.FailingFlushes,
            FoundBy = ["failed flush"],
        },
        new()
        {
            Name = "R29 a new file's name is not on disk",
            Bug = "A new segment is written to before the folder that lists it is flushed: after a power loss the file is gone.",
            Origin = "CometBFT issue 6031, gravity-sdk issue 743",
            Mutations = [new("Storage/Log/SegmentStore.cs", "            FlushDirectory();\n            return new Segment(", "            return new Segment(")],
            Conditions = Conditions.SmallSegments,
            FoundBy = ["log is kept"],
        },
        new()
        {
            Name = "R30 rot in the middle is taken for a torn tail",
            Bug = "A log is cut at the first damaged record, whatever was written after it: acknowledged entries are gone, and the replica votes on.",
            Origin = "most systems that \"Protocol-Aware Recovery\" (2018) looked at",
            Mutations = [new(RecoveryTable, "new(\"damage in the middle\", HeaderFinding.Valid, ContentFinding.DamagedMiddle, PlaceFinding.Any, LinkFinding.Follows, RecoveryVerdict.RefuseCorrupt, Restore)", "new(\"damage in the middle\", HeaderFinding.Valid, ContentFinding.DamagedMiddle, PlaceFinding.Any, LinkFinding.Follows, RecoveryVerdict.CutTail)")],
            Conditions = Conditions.Rot,
            FoundBy = ["log is kept"],
        },
        new()
        {
            Name = "R31 applied index and state are not one",
            Bug = "A snapshot names the entry before the last one that its state has seen: after a restart that one is applied twice.",
            Origin = "etcd 3.5's consistent index; etcd issue 13766",
            Mutations =
            [
                new("Engine/Applying/Applier.cs", "            _bytesSinceSnapshot += entry.Payload.Length;\n            SnapshotIfDue();\n", "            _bytesSinceSnapshot += entry.Payload.Length;\n"),
                new("Engine/Applying/Applier.cs", "            _position = new LogPosition(entry.Index, entry.Term, entry.Chain);\n", "            if (_position.Index > LogIndex.Zero)\n            {\n                SnapshotIfDue();\n            }\n\n            _position = new LogPosition(entry.Index, entry.Term, entry.Chain);\n"),
            ],
            Conditions = Conditions.Rough,
            FoundBy = ["snapshot soundness", "state agreement"],
        },
        new()
        {
            Name = "R32 a group of one does not wait for its disk",
            Bug = "A leader counts its own entries before they are on its disk: alone, it acknowledges what a crash takes away.",
            Origin = "etcd issue 14370",
            Mutations = [new("Raft/Replication/Replicator.cs", "id == _state.Self ? _state.Log.DurableIndex :", "id == _state.Self ? _state.Log.LastIndex :")],
            Conditions = Conditions.Alone,
            FoundBy = ["committed on quorum", "client oracle"],
        },
        new()
        {
            Name = "R41 a follower acknowledges before its flush",
            Bug = "A follower acknowledges entries that are not on its disk yet.",
            Origin = "DotNext; dotNext issue 284",
            Mutations = [new("Raft/Replication/LogReceiver.cs", "state.Send(to, new AppendAccepted(state.Effects.LastLsn, state.Term, match));", "state.Send(to, new AppendAccepted(Lsn.Zero, state.Term, match));")],
            Conditions = Conditions.SlowDisks,
            FoundBy = ["honest never equivocates", "committed on quorum"],
        },
    ];
}
