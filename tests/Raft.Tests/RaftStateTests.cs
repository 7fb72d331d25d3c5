using Consensus.Engine;

namespace Consensus.Raft.Tests;

[TestFixture]
public sealed class RaftStateTests
{
    /// <summary>
    /// The state machine runs on a thread of its own and may be far behind. A snapshot that replaces its wrong state covers entries that it is
    /// still reading.
    /// </summary>
    [Test]
    public void Payloads_that_the_state_machine_may_still_read_are_not_overwritten_when_its_state_is_replaced()
    {
        var state = NewState.Of(1, NewState.Voters(3), new RaftOptions { TrailingEntries = 0 });
        for (byte i = 1; i <= 20; i++)
        {
            Append(state, i);
        }

        state.CommitTo(new LogIndex(20));
        state.HandOverCommitted();
        var handedOver = state.Effects.Committed.ToArray();

        var snapshot = NewSnapshot.At(20) with { Position = state.Log.PositionOf(new LogIndex(20)) };
        state.ReplaceState(snapshot);
        for (byte i = 21; i <= 60; i++)
        {
            Append(state, i);
        }

        foreach (var entry in handedOver)
        {
            Assert.That(entry.Payload.Span.IndexOfAnyExcept((byte)entry.Index.Value), Is.EqualTo(-1), $"entry {entry.Index}");
        }
    }

    [Test]
    public void A_term_never_goes_back_and_a_vote_is_given_once()
    {
        var state = NewState.Of(1, NewState.Voters(3));
        state.SaveTermAndVote(new Term(2), new NodeId(2));
        state.SaveTermAndVote(new Term(2), new NodeId(2));
        Assert.That(state.Effects.Records, Has.Count.EqualTo(1), "what is saved is not saved again");
        Assert.Throws<ConsensusException>(() => state.SaveTermAndVote(new Term(2), new NodeId(3)));
        Assert.Throws<ConsensusException>(() => state.SaveTermAndVote(new Term(2), NodeId.None));
        Assert.Throws<ConsensusException>(() => state.SaveTermAndVote(new Term(1), NodeId.None));
        state.SaveTermAndVote(new Term(3), NodeId.None);
        state.SaveTermAndVote(new Term(3), new NodeId(3));
        Assert.That((state.Term, state.VotedFor), Is.EqualTo((new Term(3), new NodeId(3))));
    }

    [Test]
    public void A_committed_entry_is_never_truncated_and_is_handed_over_once()
    {
        var state = NewState.Of(1, NewState.Voters(3));
        Append(state, 1);
        Append(state, 2);
        Append(state, 3);
        state.CommitTo(new LogIndex(2));
        state.HandOverCommitted();
        state.HandOverCommitted();
        state.CommitTo(new LogIndex(1));
        Assert.That(state.Commit, Is.EqualTo(new LogIndex(2)), "the commit index does not go back");
        Assert.That(state.Effects.Committed.Select(entry => entry.Index.Value), Is.EqualTo(new ulong[] { 1, 2 }));
        Assert.Throws<ConsensusException>(() => state.Truncate(new LogIndex(2)));
        state.Truncate(new LogIndex(3));
        Assert.Throws<ConsensusException>(() => state.CommitTo(new LogIndex(3)));
    }

    private static void Append(RaftState state, byte content)
    {
        var payload = new byte[50_000];
        payload.AsSpan().Fill(content);
        state.AppendCopy(new LogEntry(state.Log.LastIndex.Next, new Term(1), EntryKind.Command, default, payload, default));
    }
}
