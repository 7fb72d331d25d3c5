using Consensus.Engine;
using Consensus.Raft.Messages;
using Consensus.Raft.Proposals;
using Consensus.Raft.Transfer;

namespace Consensus.Raft.Tests.Proposals;

/// <summary>What a leader counts as uncommitted, to refuse commands when it is too much; and what nobody may refuse.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ProposalIntakeTests
{
    private readonly NewLeader _leader = new(NewState.Voters(3));

    /// <summary>A leader's own entries are subtracted when they are committed like any others, so a count without them falls below nothing.</summary>
    [Test]
    public void Entries_of_the_leaders_own_count_as_commands_do_and_all_are_forgotten_when_they_are_committed()
    {
        var state = _leader.State;
        var transfer = new LeadershipTransfer(state, _leader.Replicator, _leader.Desk);
        var intake = new ProposalIntake(state, _leader.Replicator, transfer, run: 1);
        intake.BeginTerm();
        Assert.That(intake.UncommittedBytes, Is.EqualTo(LogEntry.OverheadBytes), "the term's first entry");

        var configuration = MembershipCodec.Encode(NewState.Voters(3));
        state.Append(EntryKind.Membership, default, configuration);
        intake.Propose(new[] { new Proposal(new Ticket(1), new byte[100]) }, default);
        Assert.That(intake.UncommittedBytes, Is.EqualTo((3 * LogEntry.OverheadBytes) + configuration.Length + 100));

        _leader.CommitAll();
        intake.ForgetCommitted();
        Assert.That(intake.UncommittedBytes, Is.Zero);
    }

    /// <summary>
    /// A leader takes commands that were forwarded to it, restarts, and gets a copy of the message: to refuse that tells the callers that their
    /// commands have no effect, and they are in the log.
    /// </summary>
    [Test]
    public void Commands_that_an_earlier_run_of_this_replica_may_have_taken_are_not_refused()
    {
        var state = _leader.State;
        state.Role = ReplicaRole.Follower;
        var restarted = new ProposalIntake(state, _leader.Replicator, new LeadershipTransfer(state, _leader.Replicator, _leader.Desk), run: 2);

        restarted.OnForwarded(new NodeId(2), Forwarded(state.Term, 1));
        Assert.That(state.Sent<ForwardRefused>(), Is.Empty);

        restarted.OnForwarded(new NodeId(2), Forwarded(state.Term.Next, 2));
        Assert.That(state.Sent<ForwardRefused>().Single().Message.Tickets.ToArray(), Is.EqualTo([new Ticket(2)]), "no earlier run has led that term");
    }

    private static ForwardedProposals Forwarded(Term term, ulong number) =>
        new(term, Run: 7, number, default, new[] { new Proposal(new Ticket(number), new byte[1]) });
}
