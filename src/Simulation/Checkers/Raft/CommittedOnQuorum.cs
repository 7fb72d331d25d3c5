using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Observation;

namespace Consensus.Simulation.Checkers.Raft;

/// <summary>
/// What a leader counts as committed ends in an entry of its own term, and is at that moment on the disks of a majority of every
/// configuration that it goes by: of both during a change. Source: Ongaro and Ousterhout (2014), sections 5.4.2 and 6; openraft's
/// invariant committed_on_quorum; pitfalls R1, R26, R32.
/// </summary>
/// <remarks>
/// The naive form asks what the replicas' cores have in memory, and passes when a replica acknowledges before its disk does. Asking for the
/// configuration in force at the entry gives false alarms: a leader counts by the latest configuration in its log, whatever entry it counts,
/// and may append the next one in the turn in which it counts. So a majority of one that was in force during the turn is demanded. An
/// entry of an earlier term needs no count: it is committed with the one that ends the count.
/// </remarks>
internal sealed class CommittedOnQuorum(Observatory observatory) : Checker
{
    private readonly Dictionary<NodeId, CoreStatus> _before = [];

    /// <inheritdoc/>
    public override string Name => "committed on quorum";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered) => _before.Remove(node.Id);

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        // A leader that steps down in the same term at the end of a turn (the configuration without it is committed) has counted in it.
        var hasBefore = _before.TryGetValue(node.Id, out var before);
        _before[node.Id] = status;
        if (!hasBefore || before.Role != ReplicaRole.Leader || before.TermOrView != status.TermOrView || status.CommitIndex <= before.CommitIndex)
        {
            return;
        }

        if (observatory.ViewOf(node.Id)[status.CommitIndex] is not { } mark)
        {
            // That its log is shorter than what it counts is another checker's.
            return;
        }

        if (mark.Term.Value != status.TermOrView)
        {
            Report($"node {node.Id} leads term {status.TermOrView} and counts {mark} as committed, the last of an earlier term");
            return;
        }

        if (!IsOnQuorum(before.Membership, mark) && !IsOnQuorum(status.Membership, mark) && !IsOnQuorumOfAppended(effects, mark))
        {
            Report($"node {node.Id} leads term {status.TermOrView} and counts {mark} as committed; it is on the disks of {Holders(status.Membership, mark)}, no majority of {Describe(status.Membership)}");
        }
    }

    private bool IsOnQuorumOfAppended(EffectBuffer effects, in EntryMark mark)
    {
        for (var i = 0; i < effects.Records.Count; i++)
        {
            var entry = effects.Records[i].Entry;
            if (effects.Records[i].Kind == LogRecordKind.Entry && entry.Kind == EntryKind.Membership && IsOnQuorum(MembershipCodec.Decode(entry.Payload.Span), mark))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsOnQuorum(ClusterMembership membership, in EntryMark mark)
    {
        var held = mark;
        var voters = membership.Members.Count(member => member.Role == MemberRole.Voter);
        var holders = membership.Members.Count(member => member.Role == MemberRole.Voter && observatory.LogOf(member.Id).Holds(held));
        return IsMajority(holders, voters) && IsMajority(membership.Outgoing.Count(id => observatory.LogOf(id).Holds(held)), membership.Outgoing.Length);
    }

    private static bool IsMajority(int count, int voters) => voters == 0 || count > voters / 2;

    private string Holders(ClusterMembership membership, EntryMark mark)
    {
        var holders = membership.Members.Select(member => member.Id).Union(membership.Outgoing).Where(id => observatory.LogOf(id).Holds(mark)).ToImmutableArray();
        return holders.IsEmpty ? "no node" : $"nodes {string.Join(", ", holders)}";
    }

    private static string Describe(ClusterMembership membership)
    {
        var voters = $"voters {string.Join(", ", membership.Members.Where(member => member.Role == MemberRole.Voter).Select(member => member.Id))}";
        return membership.IsJoint ? $"{voters} and of voters {string.Join(", ", membership.Outgoing)}" : voters;
    }
}
