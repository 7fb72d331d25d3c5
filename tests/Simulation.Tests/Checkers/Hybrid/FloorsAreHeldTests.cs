using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Simulation.Checkers.Hybrid;
using Consensus.Simulation.Tests.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.Hybrid;

/// <summary>Four nodes, of whom three must have a floor on disk.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class FloorsAreHeldTests
{
    private const ulong Liar = 4;

    private readonly Dictionary<NodeId, FloorsOfNode?> _floors = [];
    private readonly CheckerBed _bed;

    public FloorsAreHeldTests() =>
        _bed = new CheckerBed(_ => new FloorsAreHeld(node => _floors.GetValueOrDefault(node.Id), Signed.Members, member => member.Value != Liar), Signed.Count);

    [Test]
    public void A_floor_that_as_many_as_needed_have_on_disk_counts()
    {
        Hold(1, 10);
        Hold(2, 10);
        Hold(3, 12);
        Count(1, 10);
        Count(3, 10);
        _bed.AssertNone();
    }

    [Test]
    public void A_floor_that_counts_too_early_is_found_whoever_has_it_later()
    {
        Hold(1, 10);
        Count(1, 10);
        _bed.AssertViolation("node 1 counts entry 10 of epoch 0 as certified, and 2 of 3 needed members have a floor as high on disk");
        Hold(2, 10);
        Hold(3, 10);
        Count(2, 10);
        _bed.AssertViolation("node 1 counts entry 10");
    }

    [Test]
    public void A_floor_that_is_not_on_disk_yet_is_not_held()
    {
        Hold(1, 10);
        Save(2, 9);
        Save(2, 10);
        _bed.World.OnDurable(_bed.World.Nodes[1], new Lsn(1));
        Count(1, 9);
        _bed.AssertNone();
        Count(1, 10);
        _bed.AssertViolation("node 1 counts entry 10", "2 of 3");
    }

    [Test]
    public void What_a_crash_has_taken_back_is_not_held()
    {
        Hold(1, 10);
        Save(2, 10);
        _bed.Start(2, CheckerBed.Recovered(lsn: 5));
        Save(2, 9);
        _bed.Flush(2);
        Count(1, 10);
        _bed.AssertViolation("node 1 counts entry 10", "2 of 3");
    }

    // Nobody was told that it is on disk before the machine crashed.
    [Test]
    public void What_is_found_on_disk_is_held()
    {
        Hold(1, 10);
        Save(2, 10);
        _bed.Start(2, CheckerBed.Recovered(lsn: 5) with { Slots = CheckerBed.Recovered().Slots.Add(EpochSlots.Floor, Floor(10)) });
        Count(1, 10);
        _bed.AssertNone();
    }

    // One that lies may have it, for all that anybody knows.
    [Test]
    public void A_liar_is_counted_whatever_it_has_and_no_second_one_is()
    {
        Hold(1, 10);
        Hold(2, 10);
        Count(2, 10);
        _bed.AssertNone();
        Hold(1, 11);
        Count(1, 11);
        _bed.AssertViolation("node 1 counts entry 11", "2 of 3");
    }

    [Test]
    public void A_floor_that_is_lower_than_what_counts_is_not_enough()
    {
        Hold(1, 10);
        Hold(2, 9);
        Hold(3, 9);
        Count(1, 9);
        _bed.AssertNone();
        Count(1, 10);
        _bed.AssertViolation("node 1 counts entry 10");
    }

    [Test]
    public void A_floor_of_another_epoch_is_none_of_this_one()
    {
        Hold(1, 12);
        Hold(2, 12);
        Hold(3, 12, epoch: 2);
        Count(3, 12, epoch: 2, start: 11);
        _bed.AssertViolation("node 3 counts entry 12 of epoch 2 as certified", "2 of 3");
    }

    [Test]
    public void What_lies_before_the_epoch_is_certified_by_its_beginning()
    {
        Count(1, 11, epoch: 2, start: 11);
        _bed.AssertNone();
    }

    // When the epoch is left.
    [Test]
    public void A_floor_that_is_cleared_away_was_held()
    {
        Hold(1, 10);
        Hold(2, 10);
        Hold(3, 10);
        _bed.Turn(3, ReplicaRole.Follower, 1, doings: effects => effects.Save(EpochSlots.Floor, default));
        _bed.Flush(3);
        Count(1, 10);
        _bed.AssertNone();
    }

    private static byte[] Floor(ulong index, ulong epoch = 0)
    {
        var content = new FloorContent(new LogPosition(new LogIndex(index), new Term(1), CheckerBed.Hash(9)), CheckerBed.Hash(1));
        var statement = new Statement(new SigningDomain(default, new Epoch(epoch), default), StatementKind.Floor, default, content.Place, content.Hash);
        return new FloorCertificate(content, new QuorumCertificate(statement, [.. new uint[] { 1, 2, 3 }.Select(signer => new MemberSignature(new NodeId(signer), default))])).ToBytes();
    }

    private void Save(ulong node, ulong index, ulong epoch = 0) =>
        _bed.Turn(node, ReplicaRole.Follower, 1, doings: effects => effects.Save(EpochSlots.Floor, Floor(index, epoch)));

    private void Hold(ulong node, ulong index, ulong epoch = 0)
    {
        Save(node, index, epoch);
        _bed.Flush(node);
    }

    private void Count(ulong node, ulong certified, ulong epoch = 0, ulong start = 0)
    {
        _floors[new NodeId((uint)node)] = new FloorsOfNode(new Epoch(epoch), new LogIndex(start), new LogIndex(certified), Signed.Members);
        _bed.Follow(node, 1);
    }
}
