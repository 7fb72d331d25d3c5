using System.Collections.Immutable;
using Consensus.Engine;

namespace Consensus.Hybrid;

/// <summary>What a replica finds on its disk, taken apart: the epochs, and what the engine of the last one has there.</summary>
internal sealed class RecoveredEpochs
{
    private readonly bool _isSnapshotNoted = true;

    /// <param name="first">The first epoch of the group.</param>
    /// <param name="recovered">What is on disk.</param>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.StorageCorrupt"/>: the epochs do not follow each other. <see cref="ConsensusFailure.InvalidConfiguration"/>: the first one is another.</exception>
    public RecoveredEpochs(EpochDescriptor first, RecoveredState recovered)
    {
        var known = ReadBeginnings(first, recovered);
        var begun = known.Length;
        while (begun > 0 && !HasBegun(known[begun - 1].Next, recovered))
        {
            begun--;
        }

        Beginnings = known[..begun];
        Ahead = known[begun..];
        Current = Beginnings is [.., var last] ? last.Next : first;
        if (recovered.Slots.TryGetValue(EpochSlots.Ended, out var ended) && EpochSlots.ReadEnded(ended) is var said && said.Next.Parent == Current.Id)
        {
            Ended = said;
        }

        if (recovered.Slots.TryGetValue(EpochSlots.Next, out var following) && EpochSlots.ReadNext(following) is var next && next.Parent == Current.Id)
        {
            Next = next;
        }

        StaleSlots = [.. recovered.Slots.Keys.Where(slot => EpochSlots.IsOfOtherEngine(slot, Current.Number))];

        if (recovered.Slots.TryGetValue(EpochSlots.Snapshot, out var beginning) && EpochSlots.ReadSnapshot(beginning) is var taken && taken.Epoch == Current.Number)
        {
            Snapshot = taken;
        }
        else if (Current != first && recovered.Snapshot is { } atBeginning && atBeginning.Position.Index == Current.Start.Index.Next)
        {
            // The replica has crashed before it was written down that this is the one.
            (Snapshot, _isSnapshotNoted) = (atBeginning, false);
        }

        if (recovered.Slots.TryGetValue(EpochSlots.Floor, out var floor) && EpochSlots.ReadFloor(floor, Current.Members) is var held && held.Signatures.Statement.Domain == Current.Domain)
        {
            Floor = held;
        }

        if (recovered.Slots.TryGetValue(EpochSlots.Report, out var reported) && EpochSlots.ReadReport(reported, Current.Members) is ({ } report, var cause) && report.Ends == Current.Id)
        {
            (Report, Cause) = (report, cause);
        }

        OfAgreement = EpochSlots.AgreementOn(Current.Number, recovered);
        HandedTime = recovered.Snapshot?.Time ?? default;
        var slots = EpochSlots.OfEngine(Current.Number, recovered.Slots);
        var snapshot = recovered.Snapshot is { } newest ? newest.Position : LogPosition.Origin;
        if (Current == first || recovered.Base.Index > Current.Start.Index)
        {
            Handed = snapshot;
            OfEngine = recovered with
            {
                // The state at the very beginning is no snapshot of the engine's: it has ordered nothing that is in it.
                Snapshot = Current == first || snapshot.Index > Current.Start.Index.Next ? BelowFloor(recovered, recovered.Base) : null,
                Applied = snapshot.Index,
                Slots = slots,
            };
            return;
        }

        // The log reaches back behind the beginning of the epoch: what lies there is committed, and no business of its engine.
        var before = (int)(Current.Start.Index - recovered.Base.Index) + 1;
        var start = before <= recovered.Entries.Count && recovered.Entries[before - 1] is { Kind: EntryKind.Epoch } entry
            ? new LogPosition(entry.Index, entry.Term, entry.Chain)
            : throw new ConsensusException(ConsensusFailure.StorageCorrupt, $"The log should begin epoch {Current.Number.Value} with entry {Current.Start.Index.Next}, and does not.");
        Past = [.. recovered.Entries.Take(before)];
        ToHand = [.. Past.Where(entry => entry.Index > snapshot.Index)];
        Handed = snapshot;
        OfEngine = recovered with
        {
            Snapshot = snapshot.Index > start.Index ? BelowFloor(recovered, start) : null,
            Base = start,
            Entries = [.. recovered.Entries.Skip(before)],
            Applied = LogIndex.Max(start.Index, snapshot.Index),
            Slots = slots,
        };
    }

    /// <summary>What began each epoch but the first.</summary>
    public ImmutableArray<HandoverCertificate> Beginnings { get; }

    /// <summary>What began later ones, of which nothing is here yet.</summary>
    public ImmutableArray<HandoverCertificate> Ahead { get; }

    /// <summary>What engines of other epochs have left behind: the replica has crashed when it had the state of a later one, and had not left its own.</summary>
    public IReadOnlyList<ulong> StaleSlots { get; }

    /// <summary>The last epoch that has begun here.</summary>
    public EpochDescriptor Current { get; }

    /// <summary>What the replica has said that ends it; nothing, if it has not.</summary>
    public HandoverContent? Ended { get; }

    /// <summary>In an epoch of Raft: the one that follows, if it was known where this one ends.</summary>
    public EpochDescriptor? Next { get; }

    /// <summary>The snapshot of its beginning, if it is on disk.</summary>
    public SnapshotDescriptor? Snapshot { get; }

    /// <summary>The highest floor whose certificate is on disk.</summary>
    public FloorCertificate? Floor { get; }

    /// <summary>What the replica has said when it ended the epoch of Raft that runs; nothing, if it has not.</summary>
    public EndReport? Report { get; }

    /// <summary>Why it has; nothing, if it has only seen that others have.</summary>
    public EndCause? Cause { get; }

    /// <summary>What that engine has that agrees on the end of the epoch.</summary>
    public RecoveredState OfAgreement { get; }

    /// <summary>The time that the log carries where the state machine is.</summary>
    public Timestamp HandedTime { get; }

    /// <summary>The entries before the epoch that are here.</summary>
    public IReadOnlyList<LogEntry> Past { get; } = [];

    /// <summary>Those of them that the state machine is yet to be given.</summary>
    public IReadOnlyList<LogEntry> ToHand { get; } = [];

    /// <summary>What the state machine has.</summary>
    public LogPosition Handed { get; }

    /// <summary>In an epoch of Raft: the newest snapshot, if it lies above the floor, and so is none of the engine's yet.</summary>
    public SnapshotDescriptor? Early { get; private set; }

    /// <summary>What the engine of the epoch has.</summary>
    public RecoveredState OfEngine { get; }

    /// <summary>What the first turn does: what is left of other epochs goes, and the state machine is given what it lacks.</summary>
    /// <param name="scope">The epoch's.</param>
    /// <param name="effects">Takes what is to be done.</param>
    public void HandOver(EpochScope scope, EffectBuffer effects)
    {
        foreach (var slot in StaleSlots)
        {
            effects.Save(slot, default);
        }

        if (scope.Beginning is { } beginning)
        {
            effects.KeepSnapshots([beginning]);
            if (!_isSnapshotNoted)
            {
                effects.Save(EpochSlots.Snapshot, EpochSlots.SnapshotValue(beginning));
            }
        }

        foreach (var entry in ToHand)
        {
            scope.OnHanded(entry);
            effects.Commit(entry);
        }
    }

    /// <summary>
    /// The newest snapshot that the engine may send to others. In an epoch of Raft nobody takes one above the floor, which may lie below the newest after a crash: then an older one is sent, without which those who are behind the log could not even help to raise the floor.
    /// </summary>
    private SnapshotDescriptor? BelowFloor(RecoveredState recovered, LogPosition start)
    {
        var newest = recovered.Snapshot;
        var floor = Floor?.Position.Index ?? LogIndex.Zero;
        if (newest is null || Current.Protocol != EpochProtocol.Raft || newest.Position.Index <= floor)
        {
            return newest;
        }

        var below = recovered.Older.LastOrDefault(older => older.Epoch == Current.Number && older.Position.Index <= floor && older.Position.Index >= start.Index && older.Position.Index > Current.Beginning.Index);
        if (below is null && start.Index > Current.Beginning.Index)
        {
            return newest;
        }

        Early = newest;
        return below;
    }

    private static bool HasBegun(EpochDescriptor epoch, RecoveredState recovered)
    {
        var first = epoch.Start.Index.Next;
        if (recovered.Base.Index >= first || recovered.Snapshot?.Position.Index >= first)
        {
            return true;
        }

        var place = first - recovered.Base.Index - 1;
        return place < (ulong)recovered.Entries.Count && recovered.Entries[(int)place].Chain == epoch.ToEntry().Chain;
    }

    /// <summary>What began each epoch but the first, those included of which nothing else is here yet.</summary>
    internal static ImmutableArray<HandoverCertificate> ReadBeginnings(EpochDescriptor first, RecoveredState recovered)
    {
        var beginnings = ImmutableArray.CreateBuilder<HandoverCertificate>();
        var last = first;
        while (recovered.Slots.TryGetValue(EpochSlots.Beginning(last.Number.Next), out var value))
        {
            var beginning = EpochSlots.ReadBeginning(value);
            if (beginning.Next.Parent != last.Id)
            {
                throw last == first
                    ? new ConsensusException(ConsensusFailure.InvalidConfiguration, $"The data folder is of a group that began as epoch {beginning.Next.Parent}; configured is {first.Id}: other members, keys, operators, or another protocol to begin with.")
                    : new ConsensusException(ConsensusFailure.StorageCorrupt, $"Epoch {beginning.Next.Number.Value} of the log does not follow epoch {last.Number.Value}.");
            }

            beginnings.Add(beginning);
            last = beginning.Next;
        }

        return beginnings.ToImmutable();
    }
}
