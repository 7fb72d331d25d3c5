using System.Collections.Immutable;
using Consensus.HotStuff;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Messages;
using Consensus.Simulation.Checkers.HotStuff;
using Consensus.Simulation.Tests.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.HotStuff;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PromisesAreKeptTests
{
    private const int TermViews = 16;
    private const int Remembered = 32;

    private readonly CheckerBed _bed = new(_ => new PromisesAreKept(Signed.Members, TermViews), Signed.Count);
    private readonly Node[] _chain = Chains.Of(4, 5, 6);

    [Test]
    public void What_is_on_disk_may_be_said_also_later()
    {
        Keep(_chain[2]);
        Promise(Chains.Promises(_chain[1], _chain[0], _chain[2]));
        Promise(Chains.Promises(_chain[1], _chain[0], _chain[2], givenUp: 15) with { Voted = new ViewNumber(15), VotedHash = default });
        _bed.Flush(2);
        _bed.Send(2, 1, Chains.Vote(_chain[2]));
        _bed.Send(2, 1, Timeout(15, _chain[1]));
        _bed.AssertNone();
    }

    [Test]
    public void A_vote_that_is_not_on_disk_is_found()
    {
        Keep(_chain[2]);
        _bed.Flush(2);
        Promise(Chains.Promises(_chain[1], _chain[0], _chain[2]));
        _bed.Send(2, 1, Chains.Vote(_chain[2]));
        _bed.AssertViolation("node 2 votes in view 6, and that is not on its disk");
    }

    [Test]
    public void A_vote_in_a_view_that_was_only_given_up_is_found()
    {
        Keep(_chain[2]);
        Promise(Chains.Promises(_chain[1], _chain[0], givenUp: 15) with { Voted = new ViewNumber(15) });
        _bed.Flush(2);
        _bed.Send(2, 1, Chains.Vote(_chain[2]));
        _bed.AssertViolation("node 2 votes in view 6, and that is not on its disk, where it has voted up to view 15");
    }

    [Test]
    public void A_vote_for_a_node_that_is_not_on_disk_is_found()
    {
        Promise(Chains.Promises(_chain[1], _chain[0], _chain[2]));
        _bed.Flush(2);
        Keep(_chain[2]);
        _bed.Send(2, 1, Chains.Vote(_chain[2]));
        _bed.AssertViolation("node 2 votes in view 6 for a node that was never on its disk");
    }

    [Test]
    public void A_time_out_that_is_not_on_disk_is_found()
    {
        _bed.Send(2, 1, Timeout(15, _chain[1]));
        _bed.AssertViolation("node 2 says that it has given up view 15, and that is not on its disk");
    }

    [Test]
    public void A_time_out_that_hides_a_certificate_is_found()
    {
        Promise(Chains.Promises(_chain[1], _chain[0], givenUp: 15));
        _bed.Flush(2);
        _bed.Send(2, 1, Timeout(15, _chain[0]));
        _bed.AssertViolation("names a certificate of view 4; it had one of view 5 on its disk then");
    }

    [Test]
    public void Who_proposes_in_a_term_that_it_does_not_lead_on_its_disk_is_found()
    {
        Promise(Chains.Promises(_chain[1], _chain[0], led: 1));
        _bed.Flush(2);
        _bed.Send(2, 1, new NodeProposal(default, _chain[2], Consensus.Byzantine.Block.Null, null, default));
        _bed.AssertNone();
        _bed.Send(2, 1, new NodeProposal(default, Chains.After(_chain[2], 16), Consensus.Byzantine.Block.Null, null, default));
        _bed.AssertViolation("node 2 proposes in view 16, and that it leads the term is not on its disk");
    }

    private static IEnumerable<TestCaseData> Backwards()
    {
        var chain = Chains.Of(4, 5, 6);
        var before = Chains.Promises(chain[1], chain[1], chain[2], givenUp: 3, led: 2);
        yield return Case("voted", before with { Voted = new ViewNumber(5) }, "it had voted in view 6, and now in view 5");
        yield return Case("hash", before with { VotedHash = default }, "it had voted otherwise in view 6");
        yield return Case("given up", before with { GivenUp = new ViewNumber(2) }, "it had given up view 3");
        yield return Case("led", before with { LedTerms = 1 }, "it had led 2 terms");
        yield return Case("lock", before with { Locked = chain[0].Place }, "it was locked on view 5, and now on view 4");
        yield return Case("high", before with { High = Chains.Certify(chain[0]), HighNode = chain[0] }, "its highest certificate was of view 5, and now of view 4");

        TestCaseData Case(string name, object after, string expected) => new TestCaseData((object)before, after, expected).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(Backwards))]
    public void What_goes_back_on_disk_is_found(object before, object after, string expected)
    {
        Promise((Promises)before);
        Promise((Promises)after);
        _bed.Flush(2);
        _bed.AssertViolation("node 2 goes back on disk", expected);
    }

    [Test]
    public void Promises_that_are_gone_after_a_restart_are_found()
    {
        Promise(Chains.Promises(_chain[1], _chain[0], _chain[2]));
        _bed.Flush(2);
        _bed.Start(2, CheckerBed.Recovered());
        _bed.AssertViolation("node 2 starts without promises on its disk, and had voted up to view 6 there");
    }

    [Test]
    public void A_lock_that_is_lower_after_a_restart_is_found()
    {
        Promise(Chains.Promises(_chain[1], _chain[1], _chain[2]));
        _bed.Flush(2);
        ReadOnlyMemory<byte> found = HotStuffSlots.PromisesValue(Chains.Promises(_chain[1], _chain[0], _chain[2]));
        _bed.Start(2, CheckerBed.Recovered() with { Slots = ImmutableSortedDictionary<ulong, ReadOnlyMemory<byte>>.Empty.Add(HotStuffSlots.Promises, found) });
        _bed.AssertViolation("it was locked on view 5, and now on view 4");
    }

    private static TermTimeout Timeout(ulong last, Node high) => new(default, new ViewNumber(last), Chains.Certify(high), default);

    private void Promise(Promises promises) => Save(HotStuffSlots.Promises, HotStuffSlots.PromisesValue(promises));

    private void Keep(Node node) => Save(HotStuffSlots.Node(node.Height, Remembered), HotStuffSlots.NodeValue(node));

    private void Save(ulong slot, byte[] value) => _bed.Turn(2, ReplicaRole.Follower, 1, 0, effects => effects.Save(slot, value));
}
