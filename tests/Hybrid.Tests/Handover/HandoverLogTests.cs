using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Tests.Epochs;

namespace Consensus.Hybrid.Tests.Handover;

/// <summary>How members 10, 20, 30 and 40 agree on whose reports decide where the next epoch begins.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class HandoverLogTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    private readonly Group _group = new();
    private readonly Reports _reports;
    private readonly Agreement _agreement;

    public HandoverLogTests()
    {
        _reports = new Reports(_group);
        _agreement = new Agreement(_group);
    }

    [Test]
    public void A_quorum_of_reports_decides_and_all_know_the_same_ones()
    {
        _agreement.Start(10, _reports.Of(10, [1, 1, 1], floor: 1));
        _agreement.Start(20, _reports.Of(20, [1, 1]));
        _agreement.Start(30, _reports.Of(30, [1]));
        _agreement.Run(Second);

        using (Assert.EnterMultipleScope())
        {
            foreach (uint member in (uint[])[10, 20, 30])
            {
                Assert.That(_agreement[member].Start, Is.EqualTo(Reports.Place([1, 1], 2)), $"member {member}");
                Assert.That(_agreement[member].Floor, Is.EqualTo(Reports.Place([1], 1)), $"member {member}");
            }
        }
    }

    // Any three decide, but all must go by the same three: 40 alone has entry 3 beside 10.
    [Test]
    public void With_more_reports_than_are_needed_all_go_by_the_same()
    {
        _agreement.Start(10, _reports.Of(10, [1, 1, 1]));
        _agreement.Start(20, _reports.Of(20, [1, 1]));
        _agreement.Start(30, _reports.Of(30, [1]));
        _agreement.Start(40, _reports.Of(40, [1, 1, 1]));
        _agreement.Run(Second);

        Assert.That(((uint[])[10, 20, 30, 40]).Select(member => _agreement[member].Start).Distinct(), Has.Exactly(1).Items.And.None.Null);
    }

    [Test]
    public void Fewer_than_a_quorum_decide_nothing_until_another_one_comes()
    {
        _agreement.Start(10, _reports.Of(10, [1, 1]));
        _agreement.Start(20, _reports.Of(20, [1, 1]));
        _agreement.Run(5 * Second);
        Assert.That(_agreement[10].Start, Is.Null);
        Assert.That(_agreement[10].Floor, Is.Null);

        _agreement.Start(30, _reports.Of(30, [1]));
        _agreement.Run(30 * Second);

        Assert.That(((uint[])[10, 20, 30]).Select(member => _agreement[member].Start), Is.All.EqualTo(Reports.Place([1, 1], 2)));
    }

    // Node 10 leads first. What is proposed to one that has not ended the epoch yet is lost, and proposed again much later.
    [TestCase(new uint[0], false)]
    [TestCase(new uint[] { 10 }, false)]
    [TestCase(new uint[] { 30, 40 }, false)]
    [TestCase(new uint[] { 10, 30 }, true)]
    public void A_report_is_proposed_when_a_quorum_have_ended_the_epoch_the_leader_among_them_or_it_takes_too_long(uint[] ended, bool isEnough)
    {
        _agreement.KnownToHaveEnded = [.. ended.Select(member => new NodeId(member))];
        _agreement.Start(20, _reports.Of(20, [1, 1]));

        _agreement.Run(Patience);
        Assert.That(CountSent("Submit", 20) > 0, Is.EqualTo(isEnough));
        Assert.That(_agreement[20].Deadline, isEnough ? Is.Not.EqualTo(new Ticks(1000) + Patience) : Is.LessThanOrEqualTo(new Ticks(1000) + Patience));

        _agreement.Run(TimeSpan.FromMilliseconds(2));
        Assert.That(CountSent("Submit", 20), Is.EqualTo(1));
    }

    // The leader needs nobody's word that it has ended the epoch itself.
    [TestCase(new uint[] { 20 }, false)]
    [TestCase(new uint[] { 20, 40 }, true)]
    public void A_leader_orders_its_own_report_when_others_can_take_it(uint[] ended, bool isEnough)
    {
        _agreement.KnownToHaveEnded = [.. ended.Select(member => new NodeId(member))];
        _agreement.Start(10, _reports.Of(10, [1, 1]));

        _agreement.Run(Patience);

        Assert.That(CountSent("PrePrepare", 10) > 0, Is.EqualTo(isEnough));
    }

    [TestCaseSource(nameof(Void))]
    public void A_report_that_is_none_does_not_count(Func<Reports, EndReport> report)
    {
        _agreement.Start(10, _reports.Of(10, [1, 1]));
        _agreement.Start(20, _reports.Of(20, [1, 1]));
        _agreement.Start(30, report(_reports));
        _agreement.Run(5 * Second);
        Assert.That(_agreement[10].Start, Is.Null);

        _agreement.Start(40, _reports.Of(40, [1]));
        _agreement.Run(5 * Second);
        Assert.That(((uint[])[10, 20, 40]).Select(member => _agreement[member].Start), Is.All.EqualTo(Reports.Place([1, 1], 2)));
    }

    private static IEnumerable<TestCaseData> Void
    {
        get
        {
            yield return new TestCaseData((Reports reports) => reports.Of(30, [1, 1]) with { Entries = default }).SetArgDisplayNames("Changed");
            yield return new TestCaseData((Reports reports) => reports.Of(20, [1, 1])).SetArgDisplayNames("Of a member that has reported");
            yield return new TestCaseData((Reports reports) => reports.Of(30, [1, 1]) with { Member = new NodeId(40) }).SetArgDisplayNames("In the name of another");
            yield return new TestCaseData((Reports reports) => reports.Of(30, [1, 1]) with { Ends = default }).SetArgDisplayNames("About another epoch");
        }
    }

    // Two windows of blocks: a liar that leads, and orders what is no report, keeps the others from nothing but time.
    [Test]
    public void What_is_no_report_fills_no_log()
    {
        _agreement.Start(10, _reports.Of(10, [1, 1]));
        _agreement.Start(20, _reports.Of(20, [1, 1]));
        _agreement.Start(30, _reports.Of(30, [1, 1]) with { Entries = default });
        for (var block = 0UL; block < 520; block++)
        {
            _agreement.ProposeJunk(30, block);
            _agreement.Run(TimeSpan.FromMilliseconds(6));
        }

        Assert.That(_agreement[10].Core.Status.CommitIndex.Value, Is.GreaterThan(512));
        Assert.That(_agreement[10].Start, Is.Null);

        _agreement.Start(40, _reports.Of(40, [1]));
        _agreement.Run(30 * Second);
        Assert.That(((uint[])[10, 20, 40]).Select(member => _agreement[member].Start), Is.All.EqualTo(Reports.Place([1, 1], 2)));

        _agreement.Start(10, _reports.Of(10, [1, 1]));
        _agreement.Run(5 * Second);
        Assert.That(_agreement[10].Start, Is.EqualTo(Reports.Place([1, 1], 2)), "also when it is started again");
    }

    // The first leader is one of those that are down: without it nothing is ordered until another leads.
    [TestCase(10U)]
    [TestCase(20U)]
    [TestCase(30U)]
    [TestCase(40U)]
    public void One_that_stops_keeps_the_others_from_nothing(uint stopped)
    {
        foreach (uint member in (uint[])[10, 20, 30, 40])
        {
            _agreement.Start(member, _reports.Of(member, [1, 1]));
        }

        _agreement.Stop(stopped);
        _agreement.Run(30 * Second);

        Assert.That(((uint[])[10, 20, 30, 40]).Where(member => member != stopped).Select(member => _agreement[member].Start), Is.All.EqualTo(Reports.Place([1, 1], 2)));
    }

    [Test]
    public void What_is_kept_lies_in_slots_of_its_own_and_all_of_them_are_known()
    {
        Decide();
        var before = _agreement[10].Slots.ToArray();
        var disk = _agreement.DiskOf(10);
        var number = _group.First.Number;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(disk, Is.Not.Empty);
            Assert.That(disk.Keys, Is.All.InRange(EpochSlots.OfAgreementOn(number, 0), EpochSlots.OfEngine(number.Next, 0) - 1));
            Assert.That(disk.Keys, Is.SubsetOf(before));
        }

        _agreement.Start(10, _reports.Of(10, [1, 1]));
        Assert.That(disk.Keys, Is.SubsetOf(_agreement[10].Slots), "also after a restart");
    }

    [Test]
    public void One_that_is_started_again_finds_what_was_decided()
    {
        Decide();
        _agreement.Start(10, _reports.Of(10, [1, 1]));
        Assert.That(_agreement[10].Start, Is.Null);
        _agreement.Run(5 * Second);

        Assert.That(_agreement[10].Start, Is.EqualTo(Reports.Place([1, 1], 2)));
    }

    [Test]
    public void A_promise_waits_for_the_disk_and_is_one_of_the_epoch()
    {
        Decide();

        var promises = _agreement.SentBy(10).OfType<PromiseMessage>().ToList();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(promises, Is.Not.Empty);
            Assert.That(promises.Select(promise => promise.AfterLsn), Is.All.GreaterThan(new Lsn(100)), "in the log that all of it is in");
            Assert.That(_agreement.SentBy(10).Cast<IEpochMessage>().Select(message => message.Epoch), Is.All.EqualTo(_group.First.ToAgreement().Tag));
        }
    }

    [Test]
    public void Nothing_is_decided_as_long_as_nothing_gets_to_disk()
    {
        _agreement.DiskWorks = false;
        Begin();
        _agreement.Run(10 * Second);
        Assert.That(_agreement[10].Start, Is.Null);

        _agreement.DiskWorks = true;
        _agreement.Run(30 * Second);
        Assert.That(_agreement[10].Start, Is.EqualTo(Reports.Place([1, 1], 2)));
    }

    [Test]
    public void When_it_is_decided_nothing_is_proposed_any_more()
    {
        Begin();
        Assert.That(_agreement[10].Deadline, Is.LessThanOrEqualTo(new Ticks(1000) + Patience));
        _agreement.Run(5 * Second);

        Assert.That(_agreement[10].Start, Is.Not.Null);
        Assert.That(_agreement[10].Deadline, Is.EqualTo(_agreement[10].Core.NextDeadline));
    }

    private int CountSent(string kind, uint member) => _agreement.SentBy(member).Cast<IEpochMessage>().Count(message => message.Content!.GetType().Name == kind);

    private void Begin()
    {
        foreach (uint member in (uint[])[10, 20, 30])
        {
            _agreement.Start(member, _reports.Of(member, [1, 1]));
        }
    }

    private void Decide()
    {
        Begin();
        _agreement.Run(Second);
        Assert.That(_agreement[10].Start, Is.EqualTo(Reports.Place([1, 1], 2)));
    }
}
