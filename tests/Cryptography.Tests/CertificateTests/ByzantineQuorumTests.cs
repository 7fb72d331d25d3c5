namespace Consensus.Cryptography.Tests;

[TestFixture]
internal sealed class ByzantineQuorumTests
{
    [TestCase(1, 0, 1)]
    [TestCase(3, 0, 2)]
    [TestCase(4, 1, 3)]
    [TestCase(5, 1, 4)]
    [TestCase(6, 1, 4)]
    [TestCase(7, 2, 5)]
    [TestCase(10, 3, 7)]
    [TestCase(31, 10, 21)]
    public void The_sizes_of_usual_clusters(int members, int faults, int quorum)
    {
        Assert.Multiple(() =>
        {
            Assert.That(ByzantineQuorum.FaultsMax(members), Is.EqualTo(faults));
            Assert.That(ByzantineQuorum.Size(members), Is.EqualTo(quorum));
            Assert.That(ByzantineQuorum.WeakSize(members), Is.EqualTo(faults + 1));
        });
    }

    [Test]
    public void Two_quorums_share_a_correct_member_and_the_correct_are_a_quorum() =>
        Assert.Multiple(() =>
        {
            for (var members = 1; members <= 1000; members++)
            {
                var faults = ByzantineQuorum.FaultsMax(members);
                var quorum = ByzantineQuorum.Size(members);
                Assert.That((2 * quorum) - members, Is.GreaterThanOrEqualTo(faults + 1), $"what two quorums of {members} share");
                Assert.That((2 * (quorum - 1)) - members, Is.LessThan(faults + 1), $"a smaller quorum of {members} would do");
                Assert.That(members - faults, Is.GreaterThanOrEqualTo(quorum), $"the correct of {members}");
                Assert.That(ByzantineQuorum.MembersMin(faults), Is.LessThanOrEqualTo(members), $"{members} tolerate {faults}");
                Assert.That(ByzantineQuorum.MembersMin(faults + 1), Is.GreaterThan(members), $"{members} tolerate no more than {faults}");
            }
        });

    [Test]
    public void Of_3f_plus_1_members_2f_plus_1_are_a_quorum([Values(0, 1, 2, 3, 10, 33, 333)] int faults) =>
        Assert.That(ByzantineQuorum.Size((3 * faults) + 1), Is.EqualTo((2 * faults) + 1));

    [Test]
    public void Nobody_is_no_quorum()
    {
        Assert.That(() => ByzantineQuorum.Size(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => ByzantineQuorum.MembersMin(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }
}
