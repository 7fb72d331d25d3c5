namespace Consensus.Pbft.Tests;

/// <summary>What a replica, node 3, knows again after a crash.</summary>
public sealed class RestartTests
{
    private static readonly Block First = Group.Block(1);

    [Test]
    public void What_a_view_begins_with_its_primary_cannot_replace_when_a_replica_was_restarted_before_it_had_it()
    {
        var changes = Group.ViewChanges(1, Group.Prepared(0, 1, First));
        var before = new TestReplica();
        before.Receive(2, Group.NewView(1, changes, (1, First.Digest)));
        Assert.That(before.SentOf<BlockRequest>().Select(request => request.Digest).Distinct(), Is.EqualTo(new[] { First.Digest }), "it has not the content");

        var after = before.Restart();
        after.Receive(2, Group.PrePrepare(1, 1, Group.Block(2)));
        Assert.That(after.SentOf<Prepare>(), Is.Empty);

        after.Receive(2, Group.Committed(1, First, view: 1));
        after.Receive(2, Group.PrePrepare(1, 2, Group.Block(3)));

        using (Assert.EnterMultipleScope())
        {
            Assert.That(after.Core.Status.CommitIndex.Value, Is.EqualTo(2), "a command and the block's end");
            Assert.That(after.SentOf<Prepare>().Select(prepare => prepare.Digest).Distinct(), Is.EqualTo(new[] { Group.Block(3).Digest }));
        }
    }
}
