using System.Collections.Immutable;
using System.Text;
using Consensus.Engine;

namespace Consensus.Raft.Membership;

/// <summary>
/// Computes the next configuration of a change, or says why there is none. What it returns can always be written as an entry: a change that
/// cannot must be refused here, for nobody could refuse it later. Pure.
/// </summary>
internal static class MembershipPlanner
{
    /// <summary>The configuration that a change leads to at first: a joint one if it changes who votes.</summary>
    /// <param name="current">The configuration in effect; not joint.</param>
    /// <param name="change">The change.</param>
    /// <param name="next">The configuration to append.</param>
    /// <param name="problem">Why the change is impossible, if it is.</param>
    public static bool TryPlan(ClusterMembership current, MembershipChange change, out ClusterMembership next, out string problem)
    {
        next = current;
        problem = "";
        if (change.Steps.IsEmpty)
        {
            problem = "The change has no step.";
            return false;
        }

        var members = current.Members.ToDictionary(member => member.Id);
        foreach (var step in change.Steps)
        {
            problem = Apply(members, step);
            if (problem.Length > 0)
            {
                return false;
            }
        }

        var target = members.Values.OrderBy(member => member.Id).ToImmutableArray();
        if (!target.Any(member => member.Role == MemberRole.Voter))
        {
            problem = "The change would leave the group without a voter.";
            return false;
        }

        var planned = Enter(current, target);
        if (planned.Members.Length > MembershipCodec.MembersMax)
        {
            problem = $"The group would have {planned.Members.Length} members; allowed are {MembershipCodec.MembersMax}.";
            return false;
        }

        next = planned;
        return true;
    }

    /// <summary>The configuration in which the joining members in <paramref name="caughtUp"/> vote; joint.</summary>
    public static ClusterMembership Promote(ClusterMembership current, IReadOnlyCollection<NodeId> caughtUp) =>
        Enter(current, [.. current.Members.Select(member => caughtUp.Contains(member.Id) ? member with { Role = MemberRole.Voter } : member)]);

    /// <summary>The configuration that ends a joint one.</summary>
    public static ClusterMembership Leave(ClusterMembership joint) =>
        new([.. joint.Members.Where(member => member.Role != MemberRole.Leaving)], []);

    /// <summary>Whether nothing of a change is left to do.</summary>
    public static bool IsInEffect(ClusterMembership membership, MembershipChange change) =>
        !membership.IsJoint && !change.Steps.IsEmpty && change.Steps.All(step => IsInEffect(membership, step));

    /// <summary>
    /// Whether a change is the one that led to this configuration, as far as that shows: nothing is left to do for anybody, but to wait until members
    /// have caught up, and others have left.
    /// </summary>
    public static bool HasBegun(ClusterMembership membership, MembershipChange change) =>
        !change.Steps.IsEmpty && change.Steps.All(step => IsInEffect(membership, step) || (step.Kind, Member: membership.Find(step.Id)) switch
        {
            (MembershipStepKind.AddVoter, { Role: MemberRole.Joining } member) => member.Address == step.Address,
            (MembershipStepKind.Remove, { Role: MemberRole.Leaving }) => true,
            _ => false,
        });

    /// <summary>Whether a change has begun and goes on by itself: voters are being exchanged, or a member catches up before it votes.</summary>
    public static bool IsUnderWay(ClusterMembership membership, MembershipChange change) =>
        membership.IsJoint || change.Steps.Any(step => step.Kind == MembershipStepKind.AddVoter && membership.Find(step.Id) is { Role: MemberRole.Joining });

    private static bool IsInEffect(ClusterMembership membership, MembershipStep step) => (step.Kind, Member: membership.Find(step.Id)) switch
    {
        (MembershipStepKind.Remove, var member) => member is null,
        (_, null) => false,
        (MembershipStepKind.AddVoter, var member) => member.Role == MemberRole.Voter && member.Address == step.Address,
        (MembershipStepKind.AddLearner, var member) => member.Role == MemberRole.Learner && member.Address == step.Address,
        (MembershipStepKind.Promote, var member) => member.Role == MemberRole.Voter,
        (MembershipStepKind.Move, var member) => member.Address == step.Address,
        _ => false,
    };

    private static ClusterMembership Enter(ClusterMembership current, ImmutableArray<Member> target)
    {
        var before = Voters(current.Members);
        if (before.SequenceEqual(Voters(target)))
        {
            return new ClusterMembership(target, []);
        }

        var leaving = current.Members
            .Where(member => member.Role == MemberRole.Voter && !target.Any(kept => kept.Id == member.Id))
            .Select(member => member with { Role = MemberRole.Leaving });
        return new ClusterMembership([.. target.Concat(leaving).OrderBy(member => member.Id)], before);
    }

    private static ImmutableArray<NodeId> Voters(ImmutableArray<Member> members) =>
        [.. members.Where(member => member.Role == MemberRole.Voter).Select(member => member.Id)];

    /// <summary>Why somebody who is a member cannot be added, and what is to be asked for instead.</summary>
    private static string WhyNotAgain(Member member, in MembershipStep step) => member.Role switch
    {
        _ when member.Address != step.Address =>
            $"Node {member.Id} is a member already, at {member.Address}. If it has moved to {step.Address}, move it; another node needs a number of its own.",
        MemberRole.Learner => $"Node {member.Id} is a member already, as a learner. Promote it.",
        MemberRole.Joining when step.Kind == MembershipStepKind.AddVoter => $"Node {member.Id} is a member already, and votes as soon as it has caught up.",
        _ => $"Node {member.Id} is a member already, with a vote. Nobody who has one becomes a learner: remove it, and add a learner with a number of its own.",
    };

    private static string Apply(Dictionary<NodeId, Member> members, MembershipStep step)
    {
        if (step.Id == NodeId.None)
        {
            return "Node 0 cannot be a member: ids begin at 1.";
        }

        var exists = members.TryGetValue(step.Id, out var member);
        switch (step.Kind)
        {
            case MembershipStepKind.AddVoter or MembershipStepKind.AddLearner when exists:
                return WhyNotAgain(member!, step);
            case MembershipStepKind.AddVoter or MembershipStepKind.AddLearner or MembershipStepKind.Move when step.Address.Length == 0:
                return $"Node {step.Id} needs an address.";
            case MembershipStepKind.Promote or MembershipStepKind.Remove or MembershipStepKind.Move when !exists:
                return $"Node {step.Id} is not a member.";
            case MembershipStepKind.AddVoter or MembershipStepKind.AddLearner or MembershipStepKind.Move when Encoding.UTF8.GetByteCount(step.Address) > MembershipCodec.AddressBytesMax:
                return $"The address of node {step.Id} has {Encoding.UTF8.GetByteCount(step.Address)} bytes; allowed are 1 to {MembershipCodec.AddressBytesMax}.";
            case MembershipStepKind.AddVoter:
                members[step.Id] = new Member(step.Id, step.Address, MemberRole.Joining);
                return "";
            case MembershipStepKind.AddLearner:
                members[step.Id] = new Member(step.Id, step.Address, MemberRole.Learner);
                return "";
            case MembershipStepKind.Promote when member!.Role == MemberRole.Voter:
                return $"Node {step.Id} is a voter already.";
            case MembershipStepKind.Promote:
                members[step.Id] = member! with { Role = MemberRole.Voter };
                return "";
            case MembershipStepKind.Move:
                members[step.Id] = member! with { Address = step.Address };
                return "";
            case MembershipStepKind.Remove:
                members.Remove(step.Id);
                return "";
            default:
                return $"Step {step.Kind} is unknown.";
        }
    }
}
