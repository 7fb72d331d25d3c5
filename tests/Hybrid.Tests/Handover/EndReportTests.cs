using Consensus.Hybrid.Tests.Epochs;

namespace Consensus.Hybrid.Tests.Handover;

public sealed class EndReportTests
{
    private static readonly Group Members = new();

    private readonly Reports _reports = new(Members);

    [Test]
    public void A_report_is_read_as_it_was_written()
    {
        var report = _reports.Of(20, [1, 1, 2, 2], floor: 2);

        var read = EndReport.TryRead(report.ToBytes(), Members.Members)!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.ToBytes(), Is.EqualTo(report.ToBytes()));
            Assert.That(read.Entries.ToArray(), Is.EqualTo(report.Entries.ToArray()));
            Assert.That(read.Floor!.Position, Is.EqualTo(Reports.Place([1, 1], 2)));
            Assert.That(read.DefectIn(Members.Know(Members.First)), Is.Null);
        }
    }

    [Test]
    public void A_report_without_a_floor_counts_from_the_beginning_of_the_epoch()
    {
        var read = EndReport.TryRead(_reports.Of(20, [1]).ToBytes(), Members.Members)!;

        using (Assert.EnterMultipleScope())
        {
            Assert.That(read.Floor, Is.Null);
            Assert.That(read.BaseIn(Members.First), Is.EqualTo(LogPosition.Origin));
            Assert.That(read.DefectIn(Members.Know(Members.First)), Is.Null);
        }
    }

    [Test]
    public void What_nobody_has_signed_does_not_count()
    {
        var report = _reports.Of(20, [1, 1]);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(DefectOf(report with { Entries = report.Entries[..1] }), Is.EqualTo("Node 20 did not sign it."));
            Assert.That(DefectOf(report with { Member = new NodeId(30) }), Is.EqualTo("Node 30 did not sign it."));
            Assert.That(DefectOf(report with { Floor = _reports.Floor(Reports.Place([1], 1)) }), Is.EqualTo("Node 20 did not sign it."));
        }
    }

    [Test]
    public void A_floor_that_too_few_have_signed_is_none()
    {
        var report = EndReport.Make(Members.Know(Members.First, 20), Members.Identity(20), _reports.Floor(Reports.Place([1], 1), 10, 20), default);

        Assert.That(DefectOf(report), Does.StartWith("Its floor is none:"));
    }

    [Test]
    public void A_report_about_another_epoch_does_not_count()
    {
        var next = Group.Ending(Members.First, EpochProtocol.Raft).Next;

        Assert.That(_reports.Of(20, [1]).DefectIn(Members.Know(next)), Does.StartWith("It is about the epoch"));
    }

    [Test]
    public void Bytes_that_are_no_report_are_none()
    {
        var bytes = _reports.Of(20, [1, 1], floor: 1).ToBytes();
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.That(EndReport.TryRead(bytes.AsMemory(0, length), Members.Members), Is.Null, $"{length} bytes");
        }

        Assert.That(EndReport.TryRead((byte[])[.. bytes, 0], Members.Members), Is.Null, "bytes behind it");
    }

    private static string? DefectOf(EndReport report) => report.DefectIn(Members.Know(Members.First));
}
