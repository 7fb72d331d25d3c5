using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Simulation.Checkers.Hybrid;
using Consensus.Simulation.Tests.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.Hybrid;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EpochsAreExclusiveTests
{
    private static readonly EpochDescriptor First = EpochDescriptor.First(default, EpochProtocol.Raft, Signed.Members, []);

    private readonly Dictionary<NodeId, ImmutableArray<HandoverCertificate>> _beginnings = [];
    private readonly CheckerBed _bed;

    public EpochsAreExclusiveTests() => _bed = new CheckerBed(
        _ => new EpochsAreExclusive(node => _beginnings.TryGetValue(node.Id, out var beginnings) ? (new Epoch((ulong)beginnings.Length), beginnings) : null),
        Signed.Count);

    [Test]
    public void Replicas_that_go_through_the_same_epochs_are_right_however_many_at_a_time()
    {
        var second = Beginning(First);
        var third = Beginning(second.Next);
        Be(1);
        Be(1, second);
        Be(2, second);
        Be(1, second, third);
        Be(3, second, third);
        _bed.AssertNone();
    }

    [Test]
    public void Two_epochs_of_one_number_are_found()
    {
        Be(1, Beginning(First));
        Be(2, Beginning(First, EpochProtocol.HotStuff));
        _bed.AssertViolation("node 2 has epoch 1 behind entry 7 with HotStuff", "others have it behind entry 7 with Pbft");
    }

    [Test]
    public void Epochs_that_begin_at_other_places_are_found()
    {
        Be(1, Beginning(First));
        Be(2, Beginning(First, index: 8));
        _bed.AssertViolation("node 2 has epoch 1 behind entry 8", "behind entry 7");
    }

    [Test]
    public void Epochs_that_begin_with_other_states_are_found()
    {
        Be(1, Beginning(First));
        Be(2, Beginning(First, state: 2));
        _bed.AssertViolation("node 2 has epoch 1", "or with another state");
    }

    [Test]
    public void One_that_was_gone_through_is_compared_too()
    {
        Be(1, Beginning(First));
        var other = Beginning(First, index: 8);
        Be(2, other, Beginning(other.Next));
        _bed.AssertViolation("node 2 has epoch 1 behind entry 8");
    }

    [Test]
    public void A_replica_that_goes_back_while_it_runs_is_found()
    {
        Be(1, Beginning(First));
        Be(1);
        _bed.AssertViolation("node 1 was in epoch 1, and is in epoch 0");
    }

    [Test]
    public void A_replica_that_is_started_again_may_be_where_it_was_before()
    {
        Be(1, Beginning(First));
        _bed.Start(1, CheckerBed.Recovered());
        Be(1);
        _bed.AssertNone();
    }

    private static HandoverCertificate Beginning(EpochDescriptor ends, EpochProtocol protocol = EpochProtocol.Pbft, ulong index = 7, byte state = 1)
    {
        var start = new LogPosition(new LogIndex(ends.Start.Index.Value + index), new Term(1), CheckerBed.Hash(9));
        var content = new HandoverContent(ends.Next(protocol, start, default), CheckerBed.Hash(state));
        return new HandoverCertificate(content, new QuorumCertificate(new Statement(ends.Domain, StatementKind.Handover, default, content.Place, content.Hash), [new MemberSignature(new NodeId(1), default)]));
    }

    private void Be(ulong node, params HandoverCertificate[] beginnings)
    {
        _beginnings[new NodeId((uint)node)] = [.. beginnings];
        _bed.Follow(node, 1);
    }
}
