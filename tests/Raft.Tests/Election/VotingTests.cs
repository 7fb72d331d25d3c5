using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Raft.Election;
using Consensus.Raft.Messages;

namespace Consensus.Raft.Tests.Election;

/// <summary>Replica 1 is in term 3, and its log ends with entry 5 of term 2.</summary>
[TestFixture]
public sealed class VotingTests
{
    private static readonly NodeId Candidate = new(2);
    private static readonly NodeId Rival = new(3);

    [TestCase(5UL, 2UL, true)]
    [TestCase(9UL, 2UL, true)]
    [TestCase(1UL, 3UL, true, Description = "a later term beats a longer log")]
    [TestCase(4UL, 2UL, false)]
    [TestCase(9UL, 1UL, false)]
    public void A_vote_and_a_pre_vote_go_to_logs_that_are_at_least_as_complete(ulong lastIndex, ulong lastTerm, bool expected)
    {
        var (state, voting, _) = New();
        voting.OnPreVote(Candidate, new PreVoteRequest(new Term(4), new LogIndex(lastIndex), new Term(lastTerm)));
        Assert.That(state.Sent<PreVoteResponse>().Single(), Is.EqualTo((Candidate, new PreVoteResponse(new Term(expected ? 4UL : 3UL), expected))));
        Assert.That(state.Effects.Records, Is.Empty, "a pre-vote is nothing to remember");

        voting.OnVote(Candidate, Request(lastIndex, lastTerm));
        Assert.That(state.Sent<VoteResponse>().Single().Message.Granted, Is.EqualTo(expected));
        Assert.That(state.VotedFor, Is.EqualTo(expected ? Candidate : NodeId.None));
    }

    [TestCase(3UL, false)]
    [TestCase(4UL, true)]
    public void A_pre_vote_is_for_a_later_term(ulong term, bool expected)
    {
        var (state, voting, _) = New();
        voting.OnPreVote(Candidate, new PreVoteRequest(new Term(term), new LogIndex(9), new Term(3)));
        Assert.That(state.Sent<PreVoteResponse>().Single().Message.Granted, Is.EqualTo(expected));
    }

    [Test]
    public void A_vote_waits_for_the_record_that_holds_it()
    {
        var (state, voting, _) = New();
        voting.OnVote(Candidate, Request());
        var saved = state.Effects.Records.Single();
        Assert.That(state.Sent<VoteResponse>().Single().Message.AfterLsn, Is.EqualTo(saved.Lsn));
        Assert.That(HardStateOf(saved), Is.EqualTo(new HardState(new Term(3), Candidate)));
    }

    [Test]
    public void A_second_candidate_gets_no_vote_and_the_first_gets_the_same_answer_again()
    {
        var (state, voting, _) = New();
        voting.OnVote(Candidate, Request());
        voting.OnVote(Rival, Request(lastIndex: 99, lastTerm: 3));
        voting.OnVote(Candidate, Request());
        Assert.That(state.Sent<VoteResponse>().Select(sent => (sent.To, sent.Message.Granted)), Is.EqualTo(new[] { (Candidate, true), (Rival, false), (Candidate, true) }));
        Assert.That(state.Effects.Records, Has.Count.EqualTo(1));
    }

    [Test]
    public void Who_follows_a_leader_of_the_term_does_not_vote_in_it()
    {
        var (state, voting, _) = New();
        state.Leader = Rival;
        voting.OnVote(Candidate, Request());
        Assert.That(state.Sent<VoteResponse>().Single().Message.Granted, Is.False);
        Assert.That(state.VotedFor, Is.EqualTo(NodeId.None));
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Only_who_gives_a_vote_waits_longer_before_it_stands_itself(bool isGranted)
    {
        var (state, voting, timer) = New();
        state.Now += TimeSpan.FromSeconds(1);
        var deadline = timer.Deadline;
        voting.OnVote(Candidate, Request(lastIndex: isGranted ? 5UL : 4UL));
        Assert.That(timer.Deadline, isGranted ? Is.GreaterThan(deadline) : Is.EqualTo(deadline));
    }

    /// <summary>The leader that was heard reads by its lease, and counts on this replica, although a later term was heard of since.</summary>
    [TestCase(ReadMode.Lease, false, false)]
    [TestCase(ReadMode.Lease, true, true, Description = "the leader hands over and has given its lease up")]
    [TestCase(ReadMode.ReadIndex, false, true)]
    public void With_leases_the_word_given_to_a_leader_outlives_its_term(ReadMode reads, bool isTransfer, bool expected)
    {
        var (state, voting, timer) = New(reads);
        state.Now += state.Options.ElectionTimeoutMin;
        state.Leader = Rival;
        timer.OnLeaderHeard();
        var heardAt = state.Now;
        state.SaveTermAndVote(new Term(4), NodeId.None);
        state.Leader = NodeId.None;

        state.Now = heardAt + (state.Options.ElectionTimeoutMin - TimeSpan.FromTicks(1));
        voting.OnVote(Candidate, Request(term: 4, isTransfer: isTransfer));
        Assert.That(state.Sent<VoteResponse>().Single().Message.Granted, Is.EqualTo(expected));

        state.Now = heardAt + state.Options.ElectionTimeoutMin;
        voting.OnVote(Candidate, Request(term: 4));
        Assert.That(state.Sent<VoteResponse>().Last().Message.Granted, Is.True, "the lease is over");
    }

    /// <summary>Whatever candidates ask, in whatever order, and however often the process ends: one vote in a term.</summary>
    [Test]
    public void In_every_term_one_candidate_gets_the_vote([Range(1, 20)] int seed)
    {
        var random = new Random(seed);
        var given = new Dictionary<Term, NodeId>();
        var (state, voting, _) = New();
        var saved = new HardState(state.Term, NodeId.None);
        for (var step = 0; step < 2000; step++)
        {
            if (random.Next(10) == 0)
            {
                state.SaveTermAndVote(state.Term.Next, NodeId.None);
            }

            var candidate = new NodeId((uint)random.Next(2, 6));
            voting.OnVote(candidate, Request((ulong)random.Next(3, 8), (ulong)random.Next(1, 4), state.Term.Value));
            var (to, answer) = state.Sent<VoteResponse>().Last();
            Assert.That((to, answer.Term), Is.EqualTo((candidate, state.Term)), $"seed {seed}, step {step}");
            if (answer.Granted)
            {
                given.TryAdd(state.Term, candidate);
                Assert.That(given[state.Term], Is.EqualTo(candidate), $"seed {seed}, step {step}: a second vote in term {state.Term}");
            }

            saved = state.Effects.Records.Select(HardStateOf).LastOrDefault(saved);
            state.Effects.Clear();
            if (random.Next(20) == 0)
            {
                (state, voting, _) = New(saved: saved);
            }
        }

        Assert.That(given, Has.Count.GreaterThan(50), $"seed {seed}");
    }

    private static HardState HardStateOf(LogRecord record) => HardState.Read(With(ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty.Add(record.Slot, record.Value)));

    private static VoteRequest Request(ulong lastIndex = 5, ulong lastTerm = 2, ulong term = 3, bool isTransfer = false) =>
        new(default, new Term(term), new LogIndex(lastIndex), new Term(lastTerm), isTransfer);

    private static (RaftState State, Voting Voting, ElectionTimer Timer) New(ReadMode reads = ReadMode.ReadIndex, HardState? saved = null)
    {
        var slots = ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty.Add(HardState.Slot, (saved ?? new HardState(new Term(3), NodeId.None)).ToBytes());
        var context = new CoreContext
        {
            Self = new NodeId(1),
            Epoch = default,
            Recovered = With(slots),
            Seed = 1,
            Now = new Ticks(TimeSpan.FromMinutes(1).Ticks),
        };
        var state = new RaftState(context, new RaftOptions { Reads = reads });
        var timer = new ElectionTimer(state);
        return (state, new Voting(state, timer), timer);
    }

    private static RecoveredState With(ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>> slots) => new()
    {
        Snapshot = NewSnapshot.At(5, term: 2),
        Base = NewSnapshot.At(5, term: 2).Position,
        Entries = [],
        Slots = slots,
        LastLsn = Lsn.Zero,
        Bootstrap = NewState.Voters(3),
        AcceptsWrites = true,
    };
}
