using System.Collections.Immutable;
using Consensus.HotStuff;
using Consensus.HotStuff.Chain;
using Consensus.Simulation.Checkers.HotStuff;
using Consensus.Simulation.Tests.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.HotStuff;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class VotedNodesStayTests
{
    private readonly Node[] _chain = Chains.Of(4, 5, 6);
    private readonly CheckerBed _bed;
    private ChainSight? _sight;

    public VotedNodesStayTests() => _bed = new CheckerBed(_ => new VotedNodesStay(Signed.Members, node => node.Id == new NodeId(1) ? _sight : null), Signed.Count);

    [TestCase(1)]
    [TestCase(2)]
    public void A_vote_whose_node_or_one_before_it_is_gone_is_found(int gone)
    {
        Look(_chain, anchor: _chain[0], voted: _chain[2]);
        Look([.. _chain.Take(gone)], anchor: _chain[0]);
        _bed.AssertViolation("node 1 has voted for the node 6@3", "committed up to height 1");
    }

    [Test]
    public void What_was_voted_for_before_the_last_vote_stays_too()
    {
        var other = Chains.After(Node.Genesis, 7, content: 9);
        Look([.. _chain], anchor: Node.Genesis, voted: _chain[2]);
        Look([.. _chain, other], anchor: Node.Genesis, voted: other);
        _bed.AssertNone();
        Look([other], anchor: Node.Genesis, voted: other);
        _bed.AssertViolation("node 1 has voted for the node 6@3");
    }

    [Test]
    public void Of_what_was_voted_for_that_may_go_which_conflicts_with_the_committed_and_not_what_follows_it()
    {
        var other = Chains.After(Node.Genesis, 7, content: 9);
        Look([.. _chain, other], anchor: Node.Genesis, voted: _chain[2]);
        Look([.. _chain, other], anchor: Node.Genesis, voted: other);
        Look([_chain[0]], anchor: _chain[0]);
        _bed.AssertViolation("node 1 has voted for the node 6@3");
    }

    [Test]
    public void On_another_branch_than_the_committed_one_nothing_needs_to_stay()
    {
        var other = Chains.After(Node.Genesis, 7, content: 9);
        Look([.. _chain, other], anchor: Node.Genesis, voted: _chain[2]);
        Look([other], anchor: other);
        _bed.AssertNone();
    }

    [Test]
    public void Who_does_not_know_which_node_was_committed_last_is_looked_at_later()
    {
        Look(_chain, anchor: _chain[0], voted: _chain[2]);
        Look([], anchor: null);
        _bed.AssertNone();
        Look([_chain[0]], anchor: _chain[0]);
        _bed.AssertViolation("node 1 has voted for the node 6@3");
    }

    [Test]
    public void What_was_committed_once_may_go_also_if_a_crash_makes_that_forgotten()
    {
        Look(_chain, anchor: _chain[0], voted: _chain[2]);
        Look([], anchor: null, height: 3);
        Look([_chain[0]], anchor: _chain[0]);
        _bed.AssertNone();
    }

    [TestCase(5ul, false)]
    [TestCase(6ul, true)]
    public void After_a_crash_what_was_on_disk_counts(ulong view, bool isFound)
    {
        Look(_chain, anchor: _chain[0], voted: _chain[2]);
        var promises = Chains.Promises(_chain[0], Node.Genesis, Chains.After(_chain[0], view));
        _bed.Start(1, CheckerBed.Recovered() with
        {
            Slots = ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty.Add(HotStuffSlots.Promises, HotStuffSlots.PromisesValue(promises)),
        });
        Look([_chain[0]], anchor: _chain[0]);
        Assert.That(_bed.World.Violations, Has.Count.EqualTo(isFound ? 1 : 0));
    }

    private void Look(Node[] nodes, Node? anchor, Node? voted = null, ulong? height = null)
    {
        _sight = new ChainSight(Chains.Promises(Node.Genesis, Node.Genesis, voted), voted, Committed: null, new SequenceNumber(height ?? anchor?.Height.Value ?? 0), LogIndex.Zero, anchor, Deciding: null, Timeouts: null, Find);
        _bed.Follow(1, 1);

        Node? Find(Digest hash)
        {
            if (hash == Node.Genesis.Hash)
            {
                return Node.Genesis;
            }

            var found = nodes.FirstOrDefault(each => each.Hash == hash);
            return found is null || Find(found.Justify.Hash) is null ? null : found;
        }
    }
}
