using Consensus.Engine;
using Consensus.Raft.Audit;
using Consensus.Raft.Messages;
using Consensus.Raft.Reads;
using Consensus.Raft.Replication;

namespace Consensus.Raft.Tests.Reads;

/// <summary>Replica 3 follows 1, and its disk is full. Replica 1 was leader before it, or is, with entries of its own.</summary>
[TestFixture]
public sealed class ForwardedReadsTests
{
    private static readonly NodeId From = new(1);

    private RaftState _state = null!;
    private LogReceiver _receiver = null!;
    private ForwardedReads _reads = null!;

    [SetUp]
    public void Follow()
    {
        _state = NewState.Of(3, NewState.Voters(3));
        _receiver = new LogReceiver(_state, new StateRepair(_state));
        _reads = new ForwardedReads(_state, _receiver);
    }

    // The answer has overtaken the news that they are committed, which comes with the next heartbeat.
    [Test]
    public void A_read_of_entries_that_are_the_leaders_is_answered_though_it_is_not_known_here_that_they_are_committed()
    {
        Receive(Log(term: 1, entries: 3));
        _state.OnSpaceChanged(acceptsWrites: false);

        Confirm(term: 1, index: 3);
        Confirm(term: 1, index: 4);

        Assert.That(_state.Commit, Is.EqualTo(LogIndex.Zero));
        Assert.That(_state.Effects.Reads.Select(read => read.Index.Value), Is.EqualTo([3UL]));
        Assert.That(_state.Effects.Refusals.Select(refusal => refusal.Reason), Is.EqualTo([RefusalReason.StorageFull]));
    }

    // Otherwise it would wait for space or its time limit.
    [Test]
    public void A_read_is_not_answered_because_of_entries_that_an_earlier_leader_has_sent_and_this_one_does_not_have()
    {
        Receive(Log(term: 1, entries: 3));
        _state.OnSpaceChanged(acceptsWrites: false);
        Receive(Log(term: 2, entries: 3));
        Assert.That(_receiver.Agreed, Is.EqualTo(new LogIndex(1)), "there is no space for more than the entry that both begin with");

        Confirm(term: 2, index: 2);

        Assert.That(_state.Effects.Reads, Is.Empty);
        Assert.That(_state.Effects.Refusals.Select(refusal => refusal.Reason), Is.EqualTo([RefusalReason.StorageFull]));
    }

    /// <summary>A log of one empty entry of term 1, and commands of another term.</summary>
    private static RaftState Log(ulong term, int entries)
    {
        var leader = new NewLeader(NewState.Voters(3));
        if (term > 1)
        {
            leader.State.SaveTermAndVote(new Term(term), From);
        }

        leader.Propose(entries - 1);
        return leader.State;
    }

    private void Receive(RaftState log)
    {
        if (log.Term > _state.Term)
        {
            _state.SaveTermAndVote(log.Term, NodeId.None);
        }

        _receiver.OnAppend(From, new AppendRequest(log.Term, LogPosition.Origin, LogIndex.Zero, log.Log.Slice(new LogIndex(1), int.MaxValue)));
    }

    private void Confirm(ulong term, ulong index) => _reads.OnConfirmed(new ReadIndexResponse(new Term(term), new Ticket(index), new LogIndex(index)));
}
