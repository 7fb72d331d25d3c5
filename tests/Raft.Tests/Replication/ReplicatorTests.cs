using Consensus.Engine;
using Consensus.Raft.Messages;
using Consensus.Raft.Replication;
using Consensus.Raft.Snapshots;

namespace Consensus.Raft.Tests.Replication;

/// <summary>Replica 1 leads a group of three; its log begins after a snapshot at 10, and its first entry is 11.</summary>
[TestFixture]
public sealed class ReplicatorTests
{
    private static readonly SnapshotDescriptor Stored = NewSnapshot.At(10) with { Membership = NewState.Voters(3) };

    private NewLeader _leader = null!;

    [SetUp]
    public void Lead()
    {
        _leader = new NewLeader(NewState.Voters(3), snapshot: Stored);
        _leader.CommitAll();
        _leader.Replicator.SendPending();
        _leader.State.Effects.Clear();
    }

    /// <summary>
    /// The request for a repair came late, or twice: the member has no use for the snapshot, and has nothing new to accept that would end the
    /// transfer. Until it ends, no entry goes to that member.
    /// </summary>
    [Test]
    public void A_snapshot_that_the_member_does_not_need_ends_when_it_says_so()
    {
        var member = _leader.Member(2);
        _leader.Snapshots.OnRepairRequested(member, Stored.Position.Index);
        Assert.That(member.State, Is.EqualTo(ProgressState.Snapshot));
        _leader.Accept(2, 11);
        Assert.That(member.State, Is.EqualTo(ProgressState.Replicate));

        _leader.Propose(1);
        _leader.Replicator.SendPending();
        Assert.That(_leader.State.Sent<AppendRequest>().Where(sent => sent.To == member.Id).SelectMany(sent => sent.Message.Entries.ToArray()).Select(entry => entry.Index.Value), Is.EqualTo(new ulong[] { 12 }));
    }

    [Test]
    public void An_acceptance_from_before_the_snapshot_does_not_end_its_transfer()
    {
        var member = _leader.Member(2);
        _leader.Snapshots.OnRepairRequested(member, Stored.Position.Index);
        _leader.Accept(2, 9);
        Assert.That(member.State, Is.EqualTo(ProgressState.Snapshot));
    }

    /// <summary>The log was compacted while the snapshot was on its way: what it covers is not enough any more, and the next one is sent.</summary>
    [Test]
    public void A_member_that_has_an_older_snapshot_than_the_log_begins_with_gets_the_next()
    {
        _leader = new NewLeader(NewState.Voters(3), snapshot: Stored);
        var member = _leader.Member(3);
        member.StepBack(new LogIndex(10), new LogIndex(3));
        member.BecomeSnapshot(new SnapshotTransfer(NewSnapshot.At(5), _leader.State.Now));
        _leader.Accept(3, 5);
        _leader.Replicator.SendPending();
        Assert.That(member.Transfer?.Snapshot, Is.EqualTo(Stored));
    }

    // A read by a lease is answered in the middle of a turn. What is in the log then may be overwritten before the turn's messages are encoded.
    [Test]
    public void A_member_that_waits_in_the_middle_of_a_turn_is_told_the_commit_index_and_sent_no_entries()
    {
        _leader.Propose(1);
        _leader.Replicator.SendPending();
        _leader.CommitAll();
        _leader.State.Effects.Clear();
        _leader.Propose(2);

        _leader.Replicator.TellCommit(new NodeId(2));
        _leader.Replicator.TellCommit(new NodeId(2));

        var (to, told) = _leader.State.Sent<AppendRequest>().Single();
        Assert.That((to.Value, told.Commit, told.Entries.Length), Is.EqualTo((2U, _leader.State.Commit, 0)));
    }

    [Test]
    public void What_goes_to_several_members_is_one_message()
    {
        _leader.Propose(3);
        _leader.Replicator.SendPending();
        var sent = _leader.State.Sent<AppendRequest>().ToArray();
        Assert.That(sent.Select(message => message.To.Value), Is.EqualTo(new[] { 2U, 3U }));
        Assert.That(sent[0].Message, Is.SameAs(sent[1].Message));
        Assert.That(sent[0].Message.Entries.Length, Is.EqualTo(3));

        _leader.State.Effects.Clear();
        _leader.CommitAll();
        _leader.Replicator.SendPending();
        Assert.That(_leader.State.Sent<AppendRequest>(), Is.Empty, "news of the commit index waits for entries");
        _leader.State.Now = _leader.Replicator.NewsDeadline;
        _leader.Replicator.SendPending();
        sent = [.. _leader.State.Sent<AppendRequest>()];
        Assert.That(sent, Has.Length.EqualTo(2));
        Assert.That(sent[0].Message, Is.SameAs(sent[1].Message));
        Assert.That((sent[0].Message.Commit.Value, sent[0].Message.Entries.Length), Is.EqualTo((14UL, 0)));
    }
}
