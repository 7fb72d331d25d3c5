using Consensus.Engine;
using Consensus.Raft.Messages;
using Consensus.Raft.Replication;
using Consensus.Raft.Snapshots;

namespace Consensus.Raft.Tests.Snapshots;

[TestFixture]
public sealed class SnapshotSenderTests
{
    private static readonly RaftOptions Options = new() { SnapshotChunkBytes = 1024 };
    private static readonly SnapshotDescriptor Stored = NewSnapshot.At(5, length: 1500);
    private static readonly byte[] Part = new byte[1024];

    [Test]
    public void Without_a_snapshot_nothing_is_sent()
    {
        var (state, sender, member) = New(snapshot: null);
        sender.Begin(member);
        sender.SendNext(member);
        Assert.That(member.State, Is.EqualTo(ProgressState.Probe));
        Assert.That(state.Effects.Requests, Is.Empty);
    }

    [Test]
    public void A_snapshot_goes_out_part_by_part_and_then_the_log_goes_on()
    {
        var (state, sender, member) = New(Stored);
        sender.Begin(member);
        sender.SendNext(member);
        sender.SendNext(member);
        Assert.That(Reads(state), Is.EqualTo(new[] { (Stored, 0L) }), "one part at a time");

        sender.OnChunkRead(member, new SnapshotChunkRead(member.Id, Stored, 0, Part));
        sender.OnProgress(member, new SnapshotProgress(default, state.Term, Stored.Position.Index, 1024));
        sender.SendNext(member);
        sender.OnChunkRead(member, new SnapshotChunkRead(member.Id, Stored, 1024, Part.AsMemory(0, 476)));
        Assert.That(state.Sent<SnapshotChunk>().Select(sent => (sent.To.Value, sent.Message.Offset, sent.Message.Data.Length)), Is.EqualTo(new[] { (2U, 0L, 1024), (2U, 1024L, 476) }));

        sender.OnProgress(member, new SnapshotProgress(default, state.Term, Stored.Position.Index, 1500));
        Assert.That((member.State, member.Transfer), Is.EqualTo((ProgressState.Probe, default(SnapshotTransfer))));
    }

    [Test]
    public void A_part_that_is_not_answered_is_sent_again_after_an_election_timeout_and_not_before()
    {
        var (state, sender, member) = New(Stored);
        sender.Begin(member);
        sender.SendNext(member);
        state.Now += (Options.ElectionTimeoutMax - TimeSpan.FromTicks(1));
        sender.SendNext(member);
        Assert.That(Reads(state), Has.Count.EqualTo(1));
        state.Now += TimeSpan.FromTicks(1);
        sender.SendNext(member);
        Assert.That(Reads(state), Is.EqualTo(new[] { (Stored, 0L), (Stored, 0L) }));
    }

    [Test]
    public void A_part_of_another_transfer_is_not_sent()
    {
        var (state, sender, member) = New(Stored);
        sender.OnChunkRead(member, new SnapshotChunkRead(member.Id, Stored, 0, Part));
        sender.Begin(member);
        sender.SendNext(member);
        sender.OnChunkRead(member, new SnapshotChunkRead(member.Id, Stored, 1024, Part));
        sender.OnChunkRead(member, new SnapshotChunkRead(member.Id, NewSnapshot.At(4), 0, Part));
        sender.OnProgress(member, new SnapshotProgress(default, state.Term, new LogIndex(4), 1024));
        Assert.That(state.Sent<SnapshotChunk>(), Is.Empty);
        Assert.That(member.Transfer!.Offset, Is.Zero);
    }

    [TestCase(-5L, 0L)]
    [TestCase(700L, 700L)]
    public void An_answer_counts_within_the_snapshot_s_bounds(long nextOffset, long expected)
    {
        var (state, sender, member) = New(Stored);
        sender.Begin(member);
        sender.SendNext(member);
        sender.OnProgress(member, new SnapshotProgress(default, state.Term, Stored.Position.Index, nextOffset));
        Assert.That(member.Transfer!.Offset, Is.EqualTo(expected));
    }

    [Test]
    public void A_snapshot_that_was_replaced_on_disk_is_followed_by_the_newer_one()
    {
        var (state, sender, member) = New(Stored);
        member.BecomeSnapshot(new SnapshotTransfer(NewSnapshot.At(3), state.Now));
        sender.SendNext(member);
        sender.OnChunkRead(member, new SnapshotChunkRead(member.Id, NewSnapshot.At(3), 0, default));
        sender.SendNext(member);
        Assert.That(Reads(state)[^1], Is.EqualTo((Stored, 0L)));
    }

    /// <summary>A file that was lost or damaged, or a newer one whose report is still on its way: reading it over and over would spin.</summary>
    [Test]
    public void A_snapshot_that_cannot_be_read_is_not_asked_for_again_at_once()
    {
        var (state, sender, member) = New(Stored);
        sender.Begin(member);
        for (var turn = 0; turn < 100; turn++)
        {
            sender.SendNext(member);
            sender.OnChunkRead(member, new SnapshotChunkRead(member.Id, Stored, 0, default));
        }

        Assert.That(Reads(state), Has.Count.EqualTo(1), "as long as no time passes");
        state.Now += Options.ElectionTimeoutMax;
        sender.SendNext(member);
        Assert.That(Reads(state), Has.Count.EqualTo(2), "then it is tried again");
        sender.OnChunkRead(member, new SnapshotChunkRead(member.Id, Stored, 0, default));
        sender.SendNext(member);
        Assert.That(Reads(state), Has.Count.EqualTo(2));
    }

    [Test]
    public void A_repair_sends_the_newest_snapshot_if_it_reaches_far_enough_and_else_has_one_taken()
    {
        var (state, sender, member) = New(Stored);
        sender.OnRepairRequested(member, new LogIndex(6));
        Assert.That(state.Effects.Requests, Is.EqualTo(new[] { new TakeSnapshot() }));
        Assert.That(member.Transfer, Is.Null);

        sender.OnRepairRequested(member, new LogIndex(5));
        var transfer = member.Transfer;
        Assert.That(transfer!.Snapshot, Is.EqualTo(Stored));
        sender.OnRepairRequested(member, new LogIndex(5));
        Assert.That(member.Transfer, Is.SameAs(transfer), "the one on its way goes on");
    }

    [Test]
    public void An_empty_snapshot_is_one_part_without_data()
    {
        var empty = NewSnapshot.At(5, length: 0);
        var (state, sender, member) = New(empty);
        sender.Begin(member);
        sender.SendNext(member);
        sender.OnChunkRead(member, new SnapshotChunkRead(member.Id, empty, 0, default));
        Assert.That(state.Sent<SnapshotChunk>().Single().Message.Data.Length, Is.Zero);
    }

    private static (RaftState State, SnapshotSender Sender, Progress Member) New(SnapshotDescriptor? snapshot)
    {
        var state = NewState.Of(1, NewState.Voters(3), Options, snapshot: snapshot);
        state.Role = ReplicaRole.Leader;
        return (state, new SnapshotSender(state), new Progress(new NodeId(2), new LogIndex(1), Options));
    }

    private static List<(SnapshotDescriptor Snapshot, long Offset)> Reads(RaftState state) =>
        [.. state.Effects.Requests.OfType<ReadSnapshotChunk>().Select(read => (read.Snapshot, read.Offset))];
}
