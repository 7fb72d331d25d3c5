namespace Consensus.Byzantine.Tests;

public sealed class ByzantineIdentityTests
{
    [Test]
    public void Three_members_tolerate_no_Byzantine_one() =>
        Assert.That(() => Samples.Identity(1, members: 3), Throws.TypeOf<ConsensusException>().With.Message.Contain("at least 4 members are needed; there are 3"));

    [Test]
    public void Somebody_who_is_no_member_has_no_identity() =>
        Assert.That(() => Samples.Identity(9), Throws.TypeOf<ConsensusException>().With.Message.Contain("Node 9 is not among the members (1, 2, 3, 4)"));

    [Test]
    public void A_key_that_the_others_do_not_know_is_refused() =>
        Assert.That(
            () => new ByzantineIdentity(new NodeId(1), Samples.Keys.CreateSigner(new NodeId(2)), Samples.Verifier()),
            Throws.TypeOf<ConsensusException>().With.Message.Contain("the members know it by"));

    [Test]
    public void Checkpoints_that_differ_in_anything_have_different_digests()
    {
        var content = new CheckpointContent(new SequenceNumber(8), new Engine.LogPosition(new LogIndex(20), new Term(8), Blake3.Hash([1])), new Timestamp(5), Blake3.Hash([2]));
        var others = new[]
        {
            content with { Number = new SequenceNumber(9) },
            content with { Position = content.Position with { Index = new LogIndex(21) } },
            content with { Position = content.Position with { Chain = Blake3.Hash([3]) } },
            content with { Time = new Timestamp(6) },
            content with { StateHash = Blake3.Hash([3]) },
        };

        Assert.That(others.Select(other => other.ComputeDigest()).Append(content.ComputeDigest()), Is.Unique);
    }
}
