using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Tests.Epochs;

namespace Consensus.Hybrid.Tests.Floors;

/// <summary>When a floor counts, and when not yet.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FloorDeskTests
{
    private readonly FloorBench _bench = new();

    public FloorDeskTests() => _bench.Apply(10);

    [Test]
    public void A_quorum_of_votes_is_a_certificate_that_is_saved_beside_the_log_before_anybody_is_told()
    {
        _bench.Mark(5);
        _bench.Vote(20, _bench.ContentAt(5));
        _bench.Turn();
        Assert.That(_bench.Effects.Records, Is.Empty, "two of three");

        _bench.Vote(40, _bench.ContentAt(5));
        _bench.Turn();
        using (Assert.EnterMultipleScope())
        {
            var saved = _bench.Effects.Records.Single();
            Assert.That((saved.Kind, saved.Slot), Is.EqualTo((LogRecordKind.Slot, EpochSlots.Floor)));
            Assert.That(EpochSlots.ReadFloor(saved.Value, _bench.Known.Descriptor.Members).DefectIn(_bench.Known), Is.Null);
            Assert.That(_bench.Held, Is.Zero);
            Assert.That(_bench.TakeSent().Select(sent => sent.Message), Has.None.InstanceOf<FloorHeld>());
        }

        _bench.Flush();
        Assert.That(_bench.Held, Is.EqualTo(5));
        Assert.That(
            _bench.TakeSent(),
            Is.EqualTo(new uint[] { 20, 30, 40 }.Select(to => (to, (ProtocolMessage)new FloorHeld(_bench.Known.Descriptor.Tag, new LogIndex(5), LogIndex.Zero)))));
    }

    [Test]
    public void A_floor_counts_when_a_quorum_has_it_on_disk_and_the_own_disk_is_one_of_them()
    {
        _bench.HaveOnDisk(5);
        Assert.That(_bench.Certified, Is.Zero, "one of three");

        _bench.Hold(20, 5);
        _bench.Turn();
        Assert.That(_bench.Certified, Is.Zero, "two of three");

        _bench.Hold(20, 5);
        _bench.Turn();
        Assert.That(_bench.Certified, Is.Zero, "one of them has said it twice");

        _bench.Hold(30, 5);
        _bench.Turn();
        Assert.That(_bench.Certified, Is.EqualTo(5));
    }

    /// <summary>Seven nodes, seed 302: all that were left had been restarted, one of them was behind the log, and nobody vouched for the snapshot that it was sent.</summary>
    [Test]
    public void After_a_restart_the_log_is_certified_before_it_is_applied_again()
    {
        var bench = new FloorBench();
        bench.Apply(3);
        bench.HaveOnDisk(5);
        bench.Hold(20, 5);
        bench.Turn();
        Assert.That((bench.CertifiedInLog, bench.Certified), Is.EqualTo((0UL, 0UL)), "two of three");

        bench.Hold(30, 5);
        bench.Turn();
        Assert.That((bench.CertifiedInLog, bench.Certified), Is.EqualTo((5UL, 0UL)), "callers are told what was applied");

        bench.Apply(5);
        bench.Turn();
        Assert.That((bench.CertifiedInLog, bench.Certified), Is.EqualTo((5UL, 5UL)));
    }

    [Test]
    public void What_is_not_on_disk_here_yet_is_not_counted_as_if_it_were()
    {
        _bench.Prove(40, _bench.Certify(_bench.ContentAt(5)));
        _bench.Hold(20, 5);
        _bench.Hold(30, 5);
        _bench.Turn();
        _bench.Turn();
        Assert.That((_bench.Held, _bench.Certified), Is.EqualTo((0UL, 0UL)));

        _bench.Flush();
        Assert.That((_bench.Held, _bench.Certified), Is.EqualTo((5UL, 5UL)));
    }

    [Test]
    public void What_a_quorum_of_others_has_counts_no_further_than_the_own_certificate()
    {
        _bench.HaveOnDisk(5);
        foreach (uint member in (uint[])[20, 30, 40])
        {
            _bench.Hold(member, 9);
        }

        _bench.Turn();

        Assert.That(_bench.Certified, Is.EqualTo(5));
    }

    [Test]
    public void Whoever_has_a_higher_floor_has_the_lower_one_and_takes_nothing_back()
    {
        _bench.HaveOnDisk(5);
        _bench.Hold(20, 8);
        _bench.Hold(20, 2);
        _bench.Hold(30, 4);
        _bench.Turn();

        Assert.That(_bench.Certified, Is.EqualTo(4), "10 has 5, 20 has 8, 30 has 4");
    }

    [Test]
    public void A_floor_of_entries_that_are_not_the_own_ones_counts_for_nothing_here()
    {
        _bench.Prove(40, _bench.Certify(FloorBench.ForeignAt(5)));
        _bench.Turn();
        _bench.Flush();
        _bench.Hold(20, 5);
        _bench.Hold(30, 5);
        _bench.Turn();

        Assert.That((_bench.Held, _bench.Certified, _bench.CertifiedInLog), Is.EqualTo((5UL, 0UL, 0UL)));
    }

    [Test]
    public void A_floor_above_what_was_applied_counts_when_it_is_reached()
    {
        var bench = new FloorBench();
        bench.Apply(4);
        bench.HaveOnDisk(5);
        bench.Hold(20, 5);
        bench.Hold(30, 5);
        bench.Turn();
        Assert.That(bench.Certified, Is.Zero, "whether the entries are the same is not known yet");

        bench.Apply(5);
        bench.Turn();
        Assert.That(bench.Certified, Is.EqualTo(5));
    }

    [Test]
    public void Members_that_say_different_things_of_a_place_make_no_floor()
    {
        _bench.Mark(5);
        _bench.Vote(20, _bench.ContentAt(5, state: 2));
        _bench.Vote(30, FloorBench.ForeignAt(5));
        _bench.Vote(40, _bench.ContentAt(6));
        _bench.Turn();

        Assert.That(_bench.Effects.Records, Is.Empty);
    }

    [Test]
    public void After_a_restart_the_floor_is_held_and_counts_when_the_others_have_said_again_that_they_have_it()
    {
        _bench.Desk.Recover(_bench.Certify(_bench.ContentAt(5)), _bench.Now);
        _bench.Turn();
        Assert.That((_bench.Held, _bench.Certified), Is.EqualTo((5UL, 0UL)));
        Assert.That(_bench.TakeSent().Select(sent => sent.To), Is.EqualTo(new uint[] { 20, 30, 40 }), "it says what it has");

        _bench.Hold(20, 5, counted: 5);
        _bench.Hold(40, 5, counted: 5);
        _bench.Turn();
        Assert.That(_bench.Certified, Is.EqualTo(5));
    }

    [Test]
    public void A_lower_certificate_changes_nothing_and_a_higher_one_is_saved_when_the_disk_is_done()
    {
        _bench.Prove(20, _bench.Certify(_bench.ContentAt(5)));
        _bench.Turn();
        _bench.Prove(20, _bench.Certify(_bench.ContentAt(3)));
        _bench.Prove(20, _bench.Certify(_bench.ContentAt(8)));
        _bench.Prove(20, null);
        _bench.Turn();
        Assert.That(_bench.Effects.Records, Has.Count.EqualTo(1), "one at a time");

        _bench.Flush();
        _bench.Flush();

        Assert.That(_bench.Held, Is.EqualTo(8));
        Assert.That(_bench.Effects.Records, Has.Count.EqualTo(2));
    }

    [Test]
    public void Snapshots_above_the_floor_are_kept_back_until_it_is_there_and_are_told_once()
    {
        var (low, high) = (new SnapshotSaved(Snapshots.Of(5)), new SnapshotSaved(Snapshots.Of(8)));
        Assert.That(_bench.Desk.KeepsBack(low), Is.True, "there is no floor yet");

        _bench.HaveOnDisk(5);
        Assert.That(_bench.Desk.TakeReleased(), Is.SameAs(low));
        Assert.That(_bench.Desk.TakeReleased(), Is.Null);
        Assert.That(_bench.Desk.KeepsBack(low), Is.False, "it lies at the floor");
        Assert.That(_bench.Desk.KeepsBack(high), Is.True);

        _bench.Prove(20, _bench.Certify(_bench.ContentAt(8)));
        _bench.Turn();
        Assert.That(_bench.Desk.TakeReleased(), Is.Null, "the floor is not on disk yet");
        _bench.Flush();
        Assert.That(_bench.Desk.TakeReleased(), Is.SameAs(high));
    }

    [Test]
    public void The_snapshot_that_others_are_sent_is_kept_while_newer_ones_lie_above_the_floor()
    {
        _bench.HaveOnDisk(5);
        Assert.That(_bench.Desk.TakeSendable(), Is.Null);
        _bench.Desk.KeepsBack(new SnapshotSaved(Snapshots.Of(5)));
        Assert.That(_bench.Desk.TakeSendable(), Is.EqualTo(Snapshots.Of(5)));
        Assert.That(_bench.Desk.TakeSendable(), Is.Null, "it is told once");

        _bench.Desk.KeepsBack(new SnapshotSaved(Snapshots.Of(7)));
        _bench.Desk.KeepsBack(new SnapshotSaved(Snapshots.Of(8)));
        Assert.That(_bench.Desk.TakeSendable(), Is.Null, "the one before is still the one");

        _bench.Prove(20, _bench.Certify(_bench.ContentAt(8)));
        _bench.Turn();
        _bench.Flush();
        Assert.That(_bench.Desk.TakeReleased()!.Snapshot, Is.EqualTo(Snapshots.Of(8)));
        Assert.That(_bench.Desk.TakeSendable(), Is.EqualTo(Snapshots.Of(8)));
    }

    [Test]
    public void After_a_restart_the_newest_snapshot_is_kept_back_again_and_the_older_one_is_kept()
    {
        _bench.HaveOnDisk(5);
        _bench.Desk.RecoverSnapshots(Snapshots.Of(5), Snapshots.Of(8));

        Assert.That((_bench.Desk.TakeSendable(), _bench.Desk.TakeReleased()), Is.EqualTo((Snapshots.Of(5), (SnapshotSaved?)null)));
        _bench.Prove(20, _bench.Certify(_bench.ContentAt(8)));
        _bench.Turn();
        _bench.Flush();
        Assert.That(_bench.Desk.TakeReleased()!.Snapshot, Is.EqualTo(Snapshots.Of(8)));
    }

    [Test]
    public void Of_what_is_not_covered_by_the_floor_no_state_of_another_is_taken_and_it_is_asked_for_its_floor()
    {
        _bench.HaveOnDisk(5);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(_bench.Desk.Reaches(new LogIndex(5), new NodeId(20), _bench.Now, _bench.Effects), Is.True);
            Assert.That(_bench.TakeSent(), Is.Empty);
            Assert.That(_bench.Desk.Reaches(new LogIndex(6), new NodeId(20), _bench.Now, _bench.Effects), Is.False);
            Assert.That(_bench.Desk.Reaches(new LogIndex(6), new NodeId(20), _bench.Now, _bench.Effects), Is.False);
            Assert.That(
                _bench.TakeSent(),
                Is.EqualTo(new[] { (20U, (ProtocolMessage)new FloorHeld(_bench.Known.Descriptor.Tag, new LogIndex(5), LogIndex.Zero)) }), "once in a while: whoever has a higher one proves it");
        }
    }
}
