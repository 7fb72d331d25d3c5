using System.Collections.Immutable;
using Consensus.Cryptography;

namespace Consensus.Raft.Quorum;

/// <summary>
/// The voters of a configuration, and during a change those of the one that is left as well: a decision needs a majority of each
/// (section 6). Where other engines are to follow that survive liars, it needs more (<see cref="ByzantineQuorum"/>): with a majority, those who end this one might
/// include nobody who has what was committed and tells the truth. Immutable.
/// </summary>
internal sealed class JointQuorum
{
    private readonly bool _sharesHonest;

    /// <param name="membership">The configuration.</param>
    /// <param name="sharesHonest">Whether two quorums must share a member that does not lie; otherwise they share a member.</param>
    public JointQuorum(ClusterMembership membership, bool sharesHonest = false)
    {
        _sharesHonest = sharesHonest;
        Incoming = [.. membership.Members.Where(member => member.Role == MemberRole.Voter).Select(member => member.Id)];
        Outgoing = membership.Outgoing;
    }

    public ImmutableArray<NodeId> Incoming { get; }

    public ImmutableArray<NodeId> Outgoing { get; }

    public bool Contains(NodeId id) => Incoming.Contains(id) || Outgoing.Contains(id);

    /// <summary>The largest number that a quorum has reached, given what each voter has: an index on disk, a round answered.</summary>
    public ulong Reached(Func<NodeId, ulong> reachedBy) => Math.Min(Reached(Incoming, reachedBy), Reached(Outgoing, reachedBy));

    /// <summary>The outcome of a vote, given each voter's answer; <see langword="null"/> for none.</summary>
    public VoteOutcome Tally(Func<NodeId, bool?> answerOf)
    {
        var incoming = Tally(Incoming, answerOf);
        var outgoing = Tally(Outgoing, answerOf);
        if (incoming == VoteOutcome.Lost || outgoing == VoteOutcome.Lost)
        {
            return VoteOutcome.Lost;
        }

        return incoming == VoteOutcome.Won && outgoing == VoteOutcome.Won ? VoteOutcome.Won : VoteOutcome.Pending;
    }

    /// <summary>Whether those for whom <paramref name="holds"/> are a quorum.</summary>
    public bool IsQuorum(Func<NodeId, bool> holds) => IsQuorum(Incoming, holds) && IsQuorum(Outgoing, holds);

    private ulong Reached(ImmutableArray<NodeId> voters, Func<NodeId, ulong> reachedBy)
    {
        const int OnStackMax = 64;
        Span<ulong> reached = voters.Length <= OnStackMax ? stackalloc ulong[voters.Length] : new ulong[voters.Length];
        for (var i = 0; i < voters.Length; i++)
        {
            reached[i] = reachedBy(voters[i]);
        }

        return QuorumMath.Reached(reached, SizeOf(reached.Length));
    }

    private VoteOutcome Tally(ImmutableArray<NodeId> voters, Func<NodeId, bool?> answerOf)
    {
        var granted = 0;
        var rejected = 0;
        foreach (var voter in voters)
        {
            switch (answerOf(voter))
            {
                case true:
                    granted++;
                    break;
                case false:
                    rejected++;
                    break;
                case null:
                    break;
            }
        }

        return QuorumMath.Tally(voters.Length, SizeOf(voters.Length), granted, rejected);
    }

    private bool IsQuorum(ImmutableArray<NodeId> voters, Func<NodeId, bool> holds)
    {
        var count = 0;
        foreach (var voter in voters)
        {
            count += holds(voter) ? 1 : 0;
        }

        return QuorumMath.Tally(voters.Length, SizeOf(voters.Length), count, rejected: 0) == VoteOutcome.Won;
    }

    private int SizeOf(int voters) => _sharesHonest && voters > 0 ? ByzantineQuorum.Size(voters) : QuorumMath.Size(voters);
}
