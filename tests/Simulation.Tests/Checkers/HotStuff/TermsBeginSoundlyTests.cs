using Consensus.HotStuff.Messages;
using Consensus.Simulation.Checkers.HotStuff;
using Consensus.Simulation.Observation;
using Consensus.Simulation.Tests.Checkers.Byzantine;

namespace Consensus.Simulation.Tests.Checkers.HotStuff;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TermsBeginSoundlyTests
{
    private static readonly ViewNumber Last = new(15);

    private readonly SignatureRecord _signatures = new();
    private readonly CheckerBed _bed;
    private TimeoutCertificate? _timeouts;

    public TermsBeginSoundlyTests() =>
        _bed = new CheckerBed(observatory => new TermsBeginSoundly(_ => _timeouts, Signed.Domain, Signed.Members, _signatures, observatory), Signed.Count);

    [Test]
    public void What_a_quorum_has_given_up_begins_the_next_term()
    {
        GoBy(Signing(1, 4), Signing(2, 5), Signing(3, 0));
        Propose(16, after: 5);
        _bed.AssertNone();
    }

    [Test]
    public void One_member_that_counts_twice_is_found()
    {
        GoBy(Signing(1, 4), Signing(1, 4), Signing(3, 0));
        _bed.AssertViolation("node 1 takes the term up to view 15 to be given up, and nodes 1, 3 have done so; 3 are needed");
    }

    [Test]
    public void A_certificate_that_an_honest_member_has_never_named_is_found()
    {
        GoBy(Signing(1, 4), Signing(2, 5), Signing(3, 7) with { High = new ViewNumber(2) });
        _bed.AssertViolation("node 3, which is honest, has never signed that with a certificate of view 2");
    }

    [Test]
    public void Of_a_Byzantine_member_nothing_is_asked()
    {
        _bed.World.TurnByzantine(_bed.World.Find(new NodeId(3)));
        GoBy(Signing(1, 4), Signing(2, 5), Signing(3, 7) with { High = new ViewNumber(2) });
        _bed.AssertNone();
    }

    [Test]
    public void A_leader_that_begins_behind_what_the_time_outs_name_is_found()
    {
        GoBy(Signing(1, 4), Signing(2, 5), Signing(3, 0));
        Propose(16, after: 4);
        _bed.AssertViolation("node 2 proposes in view 16 after a node of view 4; node 2 has given up view 15 and named one of view 5");
    }

    [Test]
    public void A_leader_that_begins_another_view_than_the_next_is_found()
    {
        GoBy(Signing(1, 4), Signing(2, 5), Signing(3, 0));
        Propose(17, after: 5);
        _bed.AssertViolation("node 2 proposes in view 17");
    }

    private void GoBy(params ReportedView[] reports)
    {
        _timeouts = new TimeoutCertificate(Last, [.. reports]);
        _bed.Follow(1, 1);
    }

    private void Propose(ulong view, ulong after) =>
        _bed.Send(2, 1, new NodeProposal(default, Chains.After(Chains.Of(after)[0], view), Consensus.Byzantine.Block.Null, _timeouts, default));

    private ReportedView Signing(uint member, ulong high)
    {
        TermTimeout.StatementOf(Signed.Domain, Last, new ViewNumber(high)).Sign(_signatures.Watch(new NodeId(member), Signed.Signer(member)));
        return new ReportedView(new NodeId(member), new ViewNumber(high), default);
    }
}
