using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Hybrid.Messages;
using Consensus.Raft.Messages;
using Consensus.Simulation.Checkers.Hybrid;
using Consensus.Simulation.Tests.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.Hybrid;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EndedIsKeptTests
{
    private static readonly EpochDescriptor First = EpochDescriptor.First(default, EpochProtocol.Raft, Signed.Members, []);
    private static readonly EpochDescriptor Second = First.Next(EpochProtocol.Raft, default, default);
    private static readonly PromiseMessage Accepted = new AppendAccepted(default, new Term(1), new LogIndex(5));
    private static readonly PromiseMessage Vote = new VoteResponse(default, new Term(1), Granted: true);

    private readonly CheckerBed _bed = new(_ => new EndedIsKept(), Signed.Count);

    [Test]
    public void What_is_promised_before_the_end_and_in_the_next_epoch_is_right()
    {
        Promise(1, First, Accepted);
        End(1);
        Promise(1, First, new VoteResponse(default, new Term(2), Granted: false));
        Promise(1, Second, Accepted);
        Promise(2, First, Vote);
        _bed.AssertNone();
    }

    [Test]
    public void An_acknowledgement_behind_the_end_is_found()
    {
        End(1);
        Promise(1, First, Accepted);
        _bed.AssertViolation("node 1 has ended epoch 0, and sends AppendAccepted");
    }

    [Test]
    public void A_vote_behind_the_end_is_found_also_after_a_restart()
    {
        End(1);
        _bed.Start(1, CheckerBed.Recovered(lsn: 7));
        Promise(1, First, Vote);
        _bed.AssertViolation("node 1 has ended epoch 0, and sends VoteResponse");
    }

    [Test]
    public void Who_has_lost_its_disk_has_said_nothing()
    {
        End(1);
        _bed.Start(1, CheckerBed.Recovered());
        Promise(1, First, Vote);
        _bed.AssertNone();
    }

    private void End(ulong node) => _bed.Send(node, 2, new EndNotice(default, First.Tag, null));

    private void Promise(ulong node, EpochDescriptor epoch, PromiseMessage promise) =>
        _bed.Turn(node, ReplicaRole.Follower, 1, doings: effects => effects.Send(new NodeId(3), new EpochPromise(epoch.Tag, promise)));
}
