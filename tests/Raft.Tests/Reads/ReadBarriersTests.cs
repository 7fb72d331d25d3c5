using Consensus.Engine;
using Consensus.Raft.Messages;
using Consensus.Raft.Reads;

namespace Consensus.Raft.Tests.Reads;

/// <summary>Replica 1 leads a group of three or five.</summary>
[TestFixture]
public sealed class ReadBarriersTests
{
    private static readonly NodeId Self = new(1);

    [Test]
    public void A_read_waits_for_a_round_that_began_after_it()
    {
        var (leader, reads) = New();
        leader.CommitAll();
        reads.BeginRound();
        Answer(leader, 2, 1);
        Answer(leader, 3, 1);

        reads.Request(Self, new Ticket(7));
        Assert.That(reads.NeedsRound, Is.True);
        reads.ConfirmAcknowledged();
        Assert.That(leader.State.Effects.Reads, Is.Empty, "round 1 was answered before the read came");

        Assert.That(reads.BeginRound(), Is.EqualTo(2));
        Assert.That(reads.NeedsRound, Is.False);
        reads.ConfirmAcknowledged();
        Assert.That(leader.State.Effects.Reads, Is.Empty);
        Answer(leader, 3, 2);
        reads.ConfirmAcknowledged();
        Assert.That(leader.State.Effects.Reads, Is.EqualTo(new[] { new ConfirmedRead(new Ticket(7), leader.State.Commit) }));
    }

    [Test]
    public void Until_an_entry_of_the_term_is_committed_no_read_is_answered()
    {
        var (leader, reads) = New(new RaftOptions { Reads = ReadMode.Lease });
        reads.BeginRound();
        Answer(leader, 2, 1);
        reads.ConfirmAcknowledged();
        reads.Request(Self, new Ticket(7));
        reads.BeginRound();
        Answer(leader, 2, 2);
        reads.ConfirmAcknowledged();
        Assert.That(leader.State.Effects.Reads, Is.Empty);
        leader.CommitAll();
        reads.ConfirmAcknowledged();
        Assert.That(leader.State.Effects.Reads, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_followers_read_is_answered_by_a_message()
    {
        var (leader, reads) = New();
        leader.CommitAll();
        reads.Request(new NodeId(3), new Ticket(7));
        reads.BeginRound();
        Answer(leader, 2, 1);
        reads.ConfirmAcknowledged();
        Assert.That(leader.State.Effects.Reads, Is.Empty);
        Assert.That(leader.State.Sent<ReadIndexResponse>().Single(), Is.EqualTo((new NodeId(3), new ReadIndexResponse(new Term(1), new Ticket(7), leader.State.Commit))));
    }

    [Test]
    public void Beyond_the_bound_reads_are_refused_and_the_waiting_ones_are_not()
    {
        var (leader, reads) = New(new RaftOptions { PendingReadsMax = 2 });
        leader.CommitAll();
        for (ulong ticket = 1; ticket <= 3; ticket++)
        {
            reads.Request(Self, new Ticket(ticket));
        }

        reads.Request(new NodeId(2), new Ticket(4));
        Assert.That(leader.State.Effects.Refusals, Is.EqualTo(new[] { new Refusal(new Ticket(3), RefusalReason.Overloaded) }));
        Assert.That(leader.State.Sent<ForwardRefused>().Single().Message.Reason, Is.EqualTo(RefusalReason.Overloaded));
        reads.BeginRound();
        Answer(leader, 2, 1);
        reads.ConfirmAcknowledged();
        Assert.That(leader.State.Effects.Reads.Select(read => read.Ticket.Value), Is.EqualTo(new ulong[] { 1, 2 }));
    }

    [Test]
    public void Who_waits_when_leadership_is_lost_is_told_and_the_next_term_begins_with_round_1()
    {
        var (leader, reads) = New();
        leader.CommitAll();
        reads.BeginRound();
        reads.Request(Self, new Ticket(1));
        reads.Request(new NodeId(2), new Ticket(2));
        reads.EndTerm();
        Assert.That(leader.State.Effects.Refusals, Is.EqualTo(new[] { new Refusal(new Ticket(1), RefusalReason.NoLeader) }));
        Assert.That(leader.State.Sent<ForwardRefused>().Single().To, Is.EqualTo(new NodeId(2)));
        Assert.That(reads.NeedsRound, Is.False);

        reads.BeginTerm();
        Assert.That(reads.Round, Is.Zero);
        Assert.That(reads.BeginRound(), Is.EqualTo(1));
        Answer(leader, 2, 1);
        reads.ConfirmAcknowledged();
        Assert.That(leader.State.Effects.Reads, Is.Empty);
    }

    [TestCase(0, true)]
    [TestCase(134, true)]
    [TestCase(135, false, Description = "150 ms less 10 %")]
    public void A_lease_runs_from_the_sending_of_the_answered_round(int afterMilliseconds, bool expected)
    {
        var (leader, reads) = New(new RaftOptions { Reads = ReadMode.Lease });
        leader.CommitAll();
        reads.BeginRound();
        var sentAt = leader.State.Now;
        leader.State.Now += TimeSpan.FromMilliseconds(30);
        reads.BeginRound();
        Answer(leader, 2, 1);
        reads.ConfirmAcknowledged();

        leader.State.Now = sentAt + TimeSpan.FromMilliseconds(afterMilliseconds);
        reads.Request(Self, new Ticket(7));
        Assert.That(leader.State.Effects.Reads.Any(), Is.EqualTo(expected), "round 2 is not answered");
    }

    [Test]
    public void A_lease_that_is_given_up_does_not_come_back_in_the_term()
    {
        var (leader, reads) = New(new RaftOptions { Reads = ReadMode.Lease });
        leader.CommitAll();
        reads.RevokeLease();
        reads.BeginRound();
        Answer(leader, 2, 1);
        reads.ConfirmAcknowledged();
        reads.Request(Self, new Ticket(7));
        Assert.That(leader.State.Effects.Reads, Is.Empty);
        reads.EndTerm();
        reads.BeginTerm();
        reads.BeginRound();
        Answer(leader, 2, 1);
        reads.ConfirmAcknowledged();
        reads.Request(Self, new Ticket(8));
        Assert.That(leader.State.Effects.Reads.Select(read => read.Ticket.Value), Is.EqualTo(new ulong[] { 8 }));
    }

    /// <summary>Without leases: a read is answered when two of four followers have answered a round that began after it, and not before.</summary>
    [Test]
    public void Reads_are_answered_in_order_and_by_a_quorum_of_later_rounds([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var (leader, reads) = New(voters: 5);
        leader.CommitAll();
        var askedAt = new Dictionary<ulong, ulong>();
        var answered = new ulong[6];
        ulong ticket = 0;
        ulong confirmed = 0;
        for (var step = 0; step < 3000; step++)
        {
            switch (random.Next(4))
            {
                case 0:
                    reads.Request(Self, new Ticket(++ticket));
                    askedAt[ticket] = reads.Round;
                    break;
                case 1:
                    reads.BeginRound();
                    break;
                default:
                    var node = (uint)random.Next(2, 6);
                    answered[node] = Math.Max(answered[node], (ulong)random.NextInt64((long)reads.Round + 1));
                    Answer(leader, node, answered[node]);
                    break;
            }

            reads.ConfirmAcknowledged();
            var quorum = answered[2..].OrderDescending().ElementAt(1);
            foreach (var read in leader.State.Effects.Reads)
            {
                Assert.That(read.Ticket.Value, Is.EqualTo(++confirmed), $"seed {seed}, step {step}: in order");
                Assert.That(quorum, Is.GreaterThan(askedAt[confirmed]), $"seed {seed}, step {step}: a round that began after read {confirmed}");
            }

            Assert.That(confirmed == ticket || askedAt[confirmed + 1] >= quorum, $"seed {seed}, step {step}: nothing waits that could be answered");
            leader.State.Effects.Clear();
        }

        Assert.That(confirmed, Is.GreaterThan(100), $"seed {seed}");
    }

    private static void Answer(NewLeader leader, uint node, ulong round) => leader.Member(node).RoundAnswered = round;

    private static (NewLeader Leader, ReadBarriers Reads) New(RaftOptions? options = null, int voters = 3)
    {
        var leader = new NewLeader(NewState.Voters(voters), options);
        var reads = new ReadBarriers(leader.State, leader.Replicator);
        reads.BeginTerm();
        return (leader, reads);
    }
}
