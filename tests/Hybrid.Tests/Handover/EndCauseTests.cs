using Consensus.Hybrid.Threat;

namespace Consensus.Hybrid.Tests.Handover;

/// <summary>Pitfall S7: what ends an epoch of Raft convinces anybody, and is never one member's word.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class EndCauseTests
{
    private readonly Epochs.Group _group = new();
    private readonly KnownEpoch _epoch;

    public EndCauseTests() => _epoch = _group.Know(_group.First);

    private IEnumerable<EndCause> Valid =>
    [
        new EndCause.ByOrder(SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.HotStuff), _group.Operator)),
        new EndCause.ByEvidence(_group.Evidence(40)),
        new EndCause.ByReports([Report(10), Report(30)]),
    ];

    [Test]
    public void What_is_written_is_read_again_and_holds()
    {
        foreach (var cause in Valid)
        {
            var read = EndCause.TryRead(cause.ToBytes());

            Assert.That(read, Is.TypeOf(cause.GetType()));
            Assert.That(read!.ToBytes(), Is.EqualTo(cause.ToBytes()));
            Assert.That(read.DefectIn(_epoch), Is.Null);
        }
    }

    [Test]
    public void Why_is_told_in_words() => Assert.That(Valid.Select(cause => cause.Reason), Is.EqualTo(new[]
    {
        "HotStuff was ordered", "node 40 is proven to lie (history of entry 9 in term 1)", "nodes 10, 30 report that node 40 lies",
    }));

    [Test]
    public void Why_is_told_in_short()
    {
        Assert.That(Valid.Select(cause => cause.KindIn(_group.First)), Is.EqualTo(new[] { EpochEndCause.Order, EpochEndCause.Evidence, EpochEndCause.Reports }));
        Assert.That(new EndCause.ByOrder(SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.Pbft), _group.Keys.Signer(10))).KindIn(_group.First), Is.EqualTo(EpochEndCause.Rules), "a member's word");
    }

    [Test]
    public void So_many_report_about_one_member_that_one_of_them_does_not_lie()
    {
        using (Assert.EnterMultipleScope())
        {
            Refused("It has 1 reports of 1 members; allowed are 2", Report(10));
            Refused("It has 3 reports of 3 members; allowed are 2", Report(10), Report(20), Report(30));
            Refused("It has 2 reports of 1 members; allowed are 2", Report(10), Report(10, version: 2));
            Refused("Its reports are not all about the same member", Report(10), Report(20, accused: 30));
            Refused("Not all of its reports are of the level High", Report(10), Report(20, level: ThreatLevel.Medium));
            Refused("Node 40 reports about itself", Report(10), Report(40));
            Refused("is no member", Report(10, accused: 50), Report(20, accused: 50));
            Refused("The signature of node 20 is not valid", Report(10), Report(20) with { Signature = default });
            Refused("The signature of node 20 is not valid", Report(10), Report(20) with { Content = Report(20).Content with { Version = 9 } });
        }
    }

    [Test]
    public void How_many_are_needed_depends_on_how_many_members_there_are()
    {
        var seven = new Epochs.Group(7);
        var epoch = seven.Know(seven.First);
        SignedThreatReport[] reports = [.. new uint[] { 10, 20, 30 }.Select(reporter => SignedThreatReport.Give(epoch, new ThreatReport(new NodeId(reporter), new NodeId(70), ThreatLevel.High, 1), seven.Keys.Signer(reporter)))];

        Assert.That(new EndCause.ByReports([.. reports[..2]]).DefectIn(epoch), Does.Contain("It has 2 reports of 2 members; allowed are 3"));
        Assert.That(new EndCause.ByReports([.. reports]).DefectIn(epoch), Is.Null);
    }

    [Test]
    public void Causes_with_the_same_reports_are_equal()
    {
        EndCause cause = new EndCause.ByReports([Report(10), Report(30)]), same = new EndCause.ByReports([Report(10), Report(30)]);

        Assert.That(same, Is.EqualTo(cause));
        Assert.That(same.GetHashCode(), Is.EqualTo(cause.GetHashCode()));
        Assert.That(new EndCause.ByReports([Report(10), Report(20)]), Is.Not.EqualTo(cause));
        Assert.That(() => new EndCause.ByReports([]).GetHashCode(), Throws.Nothing, "also of what is refused");
    }

    [Test]
    public void What_was_said_in_another_epoch_ends_none()
    {
        var other = _group.Know(Epochs.Group.Ending(_group.First, EpochProtocol.Raft).Next);

        Assert.That(Valid.Select(cause => cause.DefectIn(other)), Is.All.Not.Null);
        Assert.That(new EndCause.ByEvidence(_group.Evidence(50)).DefectIn(_epoch), Is.Not.Null, "no member");
        Assert.That(new EndCause.ByOrder(SealOrder.Give(_group.First, new NextEpoch(EpochProtocol.HotStuff), _group.Keys.Signer(10))).DefectIn(_epoch), Is.Not.Null, "no operator");
    }

    [Test]
    public void Bytes_that_are_none_are_refused_without_an_exception()
    {
        var random = new DeterministicRandom(7);
        foreach (var bytes in Valid.Select(cause => cause.ToBytes()))
        {
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.That(EndCause.TryRead(bytes.AsMemory(0, length)), Is.Null, $"{length} bytes");
            }

            Assert.That(EndCause.TryRead(bytes.Append((byte)0).ToArray()), Is.Null, "a byte too many");
            for (var round = 0; round < 500; round++)
            {
                var altered = (byte[])bytes.Clone();
                altered[(int)random.NextBelow((ulong)altered.Length)] ^= (byte)(1 << (int)random.NextBelow(8));
                Assert.That(EndCause.TryRead(altered)?.DefectIn(_epoch) is null && EndCause.TryRead(altered) is not null, Is.False, "no altered cause holds");
            }
        }
    }

    private SignedThreatReport Report(uint reporter, uint accused = 40, ThreatLevel level = ThreatLevel.High, ulong version = 1) =>
        SignedThreatReport.Give(_epoch, new ThreatReport(new NodeId(reporter), new NodeId(accused), level, version), _group.Keys.Signer(reporter));

    private void Refused(string part, params SignedThreatReport[] reports) => Assert.That(new EndCause.ByReports([.. reports]).DefectIn(_epoch), Does.Contain(part));
}
