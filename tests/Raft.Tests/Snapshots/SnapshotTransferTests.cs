using Consensus.Engine;
using Consensus.Raft.Snapshots;

namespace Consensus.Raft.Tests.Snapshots;

[TestFixture]
public sealed class SnapshotTransferTests
{
    private static readonly Ticks Start = new(100);
    private static readonly Ticks Later = new(200);

    [Test]
    public void A_transfer_begins_at_the_beginning()
    {
        var transfer = new SnapshotTransfer(NewSnapshot.At(5), Start);
        Assert.That((transfer.Offset, transfer.IsWaiting, transfer.ProgressAt), Is.EqualTo((0L, false, Start)));
    }

    [Test]
    public void Each_part_waits_for_the_answer_to_the_one_before()
    {
        var transfer = new SnapshotTransfer(NewSnapshot.At(5), Start);
        transfer.OnRequested();
        Assert.That(transfer.IsWaiting, Is.True);
        transfer.OnStored(100, Later);
        Assert.That((transfer.Offset, transfer.IsWaiting, transfer.ProgressAt), Is.EqualTo((100L, false, Later)));
    }

    [TestCase(100, Description = "nothing new was stored")]
    [TestCase(40, Description = "the member has lost a part")]
    [TestCase(0, Description = "the member begins anew")]
    public void A_member_that_got_no_further_is_not_sent_more_at_once(long offset)
    {
        var transfer = new SnapshotTransfer(NewSnapshot.At(5), Start);
        transfer.OnRequested();
        transfer.OnStored(100, Start);
        transfer.OnRequested();
        transfer.OnStored(offset, Later);
        Assert.That((transfer.Offset, transfer.IsWaiting, transfer.ProgressAt), Is.EqualTo((offset, true, Start)));
        transfer.Retry(Later);
        Assert.That((transfer.Offset, transfer.IsWaiting, transfer.ProgressAt), Is.EqualTo((offset, false, Later)));
    }
}
