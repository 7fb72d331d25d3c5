namespace Consensus.Cryptography.Tests;

[TestFixture]
internal sealed class SignerSetTests
{
    private static MemberKey Member(uint id, uint key) => new(new NodeId(id), new FakeKeys().Signer(key).PublicKey);

    private static MemberKey[] Four() => [Member(3, 3), Member(1, 1), Member(4, 4), Member(2, 2)];

    [Test]
    public void Members_are_sorted_and_counted()
    {
        var set = SignerSet.Create(Four(), faultsTolerated: 1);

        Assert.Multiple(() =>
        {
            Assert.That(set.Members.Select(member => member.Id.Value), Is.EqualTo(new uint[] { 1, 2, 3, 4 }));
            Assert.That((set.Count, set.FaultsMax, set.Quorum, set.WeakQuorum), Is.EqualTo((4, 1, 3, 2)));
            Assert.That(set.KeyAt(set.IndexOf(new NodeId(3))), Is.EqualTo(Member(3, 3).Key));
            Assert.That(set.IndexOf(new NodeId(5)), Is.Negative);
        });
    }

    [Test]
    public void The_hash_knows_members_and_keys_but_no_order()
    {
        var hash = SignerSet.Create(Four()).Hash;

        Assert.Multiple(() =>
        {
            Assert.That(SignerSet.Create(Four().Reverse()).Hash, Is.EqualTo(hash));
            Assert.That(SignerSet.Create(Four()[..3]).Hash, Is.Not.EqualTo(hash), "a member less");
            Assert.That(SignerSet.Create([.. Four()[..3], Member(2, 9)]).Hash, Is.Not.EqualTo(hash), "another key");
            Assert.That(SignerSet.Create([.. Four()[..3], Member(9, 2)]).Hash, Is.Not.EqualTo(hash), "another id");
            Assert.That(SignerSet.Create([Member(3, 1), Member(1, 3), Member(4, 4), Member(2, 2)]).Hash, Is.Not.EqualTo(hash), "keys exchanged");
        });
    }

    private static IEnumerable<TestCaseData> Defects()
    {
        yield return new TestCaseData(Four()[..3], 1, "at least 4 members are needed; 3 are listed").SetArgDisplayNames("three");
        yield return new TestCaseData(Four(), 2, "at least 7 members are needed; 4 are listed").SetArgDisplayNames("four for two faults");
        yield return new TestCaseData(Array.Empty<MemberKey>(), 0, "At least 1 member").SetArgDisplayNames("nobody");
        yield return new TestCaseData(new[] { Member(1, 1), Member(1, 2) }, 0, "Node 1 is listed 2 times").SetArgDisplayNames("an id twice");
        yield return new TestCaseData(new[] { Member(1, 1), Member(2, 1) }, 0, "Nodes 1, 2 have the same public key").SetArgDisplayNames("a key twice");
        yield return new TestCaseData(new[] { Member(1, 1), new MemberKey(new NodeId(2), default) }, 0, "Node 2 has no public key").SetArgDisplayNames("a key missing");
        yield return new TestCaseData(new[] { Member(0, 1) }, 0, "ids begin at 1").SetArgDisplayNames("id 0");
    }

    [TestCaseSource(nameof(Defects))]
    public void What_is_wrong_with_a_list_is_said(MemberKey[] members, int faultsTolerated, string expected) =>
        Assert.That(
            () => SignerSet.Create(members, faultsTolerated),
            Throws.TypeOf<ConsensusException>().With.Message.Contains(expected).And.Property(nameof(ConsensusException.Reason)).EqualTo(ConsensusFailure.InvalidConfiguration));

    [Test]
    public void Every_defect_is_named_at_once() =>
        Assert.That(
            () => SignerSet.Create([Member(1, 1), Member(1, 1), new MemberKey(new NodeId(2), default)], faultsTolerated: 1),
            Throws.TypeOf<ConsensusException>().With.Message.Contains("at least 4").And.Message.Contains("listed 2 times").And.Message.Contains("no public key"));

    [Test]
    public void More_members_than_allowed_are_refused()
    {
        var members = Enumerable.Range(1, SignerSet.MembersMax + 1).Select(i => Member((uint)i, (uint)i)).ToArray();

        Assert.That(() => SignerSet.Create(members), Throws.TypeOf<ConsensusException>().With.Message.Contains("At most 4096"));
        Assert.That(SignerSet.Create(members.Skip(1)).Count, Is.EqualTo(SignerSet.MembersMax));
    }
}
