using Consensus.Engine;
using Consensus.Raft.Membership;

namespace Consensus.Raft.Tests.Membership;

[TestFixture]
public sealed class MembershipPlannerTests
{
    private const int AddressBytesMax = 1024;

    // Voters 1 and 2, learner 3, joining member 4.
    private static readonly ClusterMembership Current = new(
        [
            new Member(new NodeId(1), "n1"),
            new Member(new NodeId(2), "n2"),
            new Member(new NodeId(3), "n3", MemberRole.Learner),
            new Member(new NodeId(4), "n4", MemberRole.Joining),
        ],
        []);

    private static IEnumerable<TestCaseData> Changes()
    {
        var none = MembershipChange.None;
        yield return Case("a voter joins first", none.AddVoter(new NodeId(5), "n5"), "1V 2V 3L 4J 5J");
        yield return Case("a learner", none.AddLearner(new NodeId(5), "n5"), "1V 2V 3L 4J 5L");
        yield return Case("members stay in the order of their numbers", none.Remove(new NodeId(3)).AddLearner(new NodeId(9), "n9").AddLearner(new NodeId(5), "n5"), "1V 2V 4J 5L 9L");
        yield return Case("a promoted learner votes after a joint step", none.Promote(new NodeId(3)), "1V 2V 3V 4J | 1 2");
        yield return Case("a promoted joining member", none.Promote(new NodeId(4)), "1V 2V 3L 4V | 1 2");
        yield return Case("a removed voter leaves through a joint step", none.Remove(new NodeId(2)), "1V 2X 3L 4J | 1 2");
        yield return Case("a removed learner is gone at once", none.Remove(new NodeId(3)), "1V 2V 4J");
        yield return Case("a removed joining member is gone at once", none.Remove(new NodeId(4)), "1V 2V 3L");
        yield return Case("a voter is replaced in one change", none.Promote(new NodeId(3)).Remove(new NodeId(1)), "1X 2V 3V 4J | 1 2");
        yield return Case("added and removed again", none.AddVoter(new NodeId(5), "n5").Remove(new NodeId(5)), "1V 2V 3L 4J");
        yield return Case("all voters replaced at once", none.Remove(new NodeId(1)).Remove(new NodeId(2)).Promote(new NodeId(3)).Promote(new NodeId(4)), "1X 2X 3V 4V | 1 2");
    }

    private static IEnumerable<TestCaseData> Refusals()
    {
        var none = MembershipChange.None;
        var (one, five) = (new NodeId(1), new NodeId(5));
        yield return Refused(none, "The change has no step.");
        yield return Refused(none.AddVoter(NodeId.None, "n0"), "Node 0 cannot be a member: ids begin at 1.");
        yield return Refused(none.Remove(NodeId.None), "Node 0 cannot be a member: ids begin at 1.");
        yield return Refused(none.AddVoter(one, "new:1"), "Node 1 is a member already, at n1. If it has moved to new:1, move it; another node needs a number of its own.");
        yield return Refused(none.AddLearner(new NodeId(3), "new:3"), "Node 3 is a member already, at n3. If it has moved to new:3, move it; another node needs a number of its own.");
        yield return Refused(none.AddVoter(new NodeId(3), "n3"), "Node 3 is a member already, as a learner. Promote it.");
        yield return Refused(none.AddVoter(new NodeId(4), "n4"), "Node 4 is a member already, and votes as soon as it has caught up.");
        yield return Refused(none.AddLearner(one, "n1"), "Node 1 is a member already, with a vote. Nobody who has one becomes a learner: remove it, and add a learner with a number of its own.");
        yield return Refused(none.AddLearner(five, "n5").AddVoter(five, "n5"), "Node 5 is a member already, as a learner. Promote it.");
        yield return Refused(none.AddVoter(five, ""), "Node 5 needs an address.");
        yield return Refused(none.AddLearner(five, ""), "Node 5 needs an address.");
        yield return Refused(none.Move(one, ""), "Node 1 needs an address.");
        yield return Refused(none.Promote(five), "Node 5 is not a member.");
        yield return Refused(none.Remove(five), "Node 5 is not a member.");
        yield return Refused(none.Move(five, "n5"), "Node 5 is not a member.");
        yield return Refused(none.Promote(one), "Node 1 is a voter already.");
        yield return Refused(none.Promote(new NodeId(3)).Promote(new NodeId(3)), "Node 3 is a voter already.");
        yield return Refused(none.Remove(one).Remove(one), "Node 1 is not a member.");
        yield return Refused(none.Remove(one).Remove(new NodeId(2)), "The change would leave the group without a voter.");
        var long_ = new string('a', AddressBytesMax + 1);
        yield return Refused(none.AddVoter(five, long_), "The address of node 5 has 1025 bytes; allowed are 1 to 1024.");
        yield return Refused(none.AddLearner(five, long_), "The address of node 5 has 1025 bytes; allowed are 1 to 1024.");
        yield return Refused(none.Move(one, long_), "The address of node 1 has 1025 bytes; allowed are 1 to 1024.");
        yield return Refused(none.Move(one, new string('é', 513)), "The address of node 1 has 1026 bytes; allowed are 1 to 1024.");
    }

    [TestCaseSource(nameof(Changes))]
    public void A_change_leads_to(MembershipChange change, string expected)
    {
        Assert.That(MembershipPlanner.TryPlan(Current, change, out var next, out var problem), Is.True, problem);
        Assert.That(Text(next), Is.EqualTo(expected));
        Assert.That(problem, Is.Empty);
        Assert.That(MembershipCodec.Decode(MembershipCodec.Encode(next)), Is.EqualTo(next), "it can be an entry of the log");
    }

    [TestCaseSource(nameof(Refusals))]
    public void An_impossible_change_is_refused_with_a_sentence(MembershipChange change, string expected)
    {
        Assert.That(MembershipPlanner.TryPlan(Current, change, out var next, out var problem), Is.False);
        Assert.That(problem, Is.EqualTo(expected));
        Assert.That(next, Is.EqualTo(Current));
    }

    [Test]
    public void A_moved_member_keeps_its_role()
    {
        var change = MembershipChange.None.Move(new NodeId(1), "new:1").Move(new NodeId(3), "new:3");
        Assert.That(MembershipPlanner.TryPlan(Current, change, out var next, out _), Is.True);
        Assert.That(Text(next), Is.EqualTo(Text(Current)));
        Assert.That((next.Find(new NodeId(1))!.Address, next.Find(new NodeId(2))!.Address, next.Find(new NodeId(3))!.Address), Is.EqualTo(("new:1", "n2", "new:3")));
    }

    [Test]
    public void The_longest_address_that_a_configuration_can_carry_is_accepted()
    {
        var change = MembershipChange.None.AddVoter(new NodeId(5), new string('é', AddressBytesMax / 2));
        Assert.That(MembershipPlanner.TryPlan(Current, change, out var next, out var problem), Is.True, problem);
        Assert.That(MembershipCodec.Encode(next), Is.Not.Empty);
    }

    [Test]
    public void A_configuration_of_more_members_than_can_be_written_is_refused()
    {
        var change = MembershipChange.None;
        for (uint id = 5; id <= 4097; id++)
        {
            change = change.AddLearner(new NodeId(id), "n");
        }

        Assert.That(MembershipPlanner.TryPlan(Current, change, out _, out var problem), Is.False);
        Assert.That(problem, Is.EqualTo("The group would have 4097 members; allowed are 4096."));
    }

    [Test]
    public void Members_that_have_caught_up_become_voters_together_and_others_wait()
    {
        var current = new ClusterMembership(
            [
                new Member(new NodeId(1), "n1"),
                new Member(new NodeId(2), "n2", MemberRole.Joining),
                new Member(new NodeId(3), "n3", MemberRole.Joining),
                new Member(new NodeId(4), "n4", MemberRole.Joining),
            ],
            []);
        Assert.That(Text(MembershipPlanner.Promote(current, [new NodeId(2), new NodeId(4)])), Is.EqualTo("1V 2V 3J 4V | 1"));
    }

    [Test]
    public void Leaving_a_joint_configuration_drops_the_old_voters_and_whoever_was_removed()
    {
        var joint = new ClusterMembership(
            [
                new Member(new NodeId(1), "n1", MemberRole.Leaving),
                new Member(new NodeId(2), "n2"),
                new Member(new NodeId(3), "n3", MemberRole.Learner),
                new Member(new NodeId(4), "n4", MemberRole.Joining),
            ],
            [new NodeId(1), new NodeId(2)]);
        Assert.That(Text(MembershipPlanner.Leave(joint)), Is.EqualTo("2V 3L 4J"));
    }

    private static TestCaseData Case(string name, MembershipChange change, string expected) => new TestCaseData(change, expected).SetArgDisplayNames(name);

    private static TestCaseData Refused(MembershipChange change, string expected) => new TestCaseData(change, expected).SetArgDisplayNames(
        string.Join(", ", change.Steps.Select(step => $"{step.Kind} {step.Id} '{(step.Address.Length > 9 ? $"{step.Address.Length} x {step.Address[0]}" : step.Address)}'")));

    /// <summary>Each member's number and role (X for leaving), and behind a bar the outgoing voters.</summary>
    private static string Text(ClusterMembership membership) =>
        string.Join(' ', membership.Members.Select(member => $"{member.Id}{Letter(member.Role)}"))
        + (membership.IsJoint ? $" | {string.Join(' ', membership.Outgoing)}" : "");

    private static char Letter(MemberRole role) => role switch
    {
        MemberRole.Voter => 'V',
        MemberRole.Learner => 'L',
        MemberRole.Joining => 'J',
        MemberRole.Leaving => 'X',
        _ => throw new ArgumentOutOfRangeException(nameof(role), role, "unknown"),
    };
}
