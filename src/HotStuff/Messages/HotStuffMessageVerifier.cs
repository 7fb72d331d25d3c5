using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Leaders;

namespace Consensus.HotStuff.Messages;

/// <summary>
/// What can be checked about a message without the state of a replica: every signature and certificate in it, that nodes hang together, that a proposal's view follows from
/// what it comes with, and limits. What is accepted here the core need not doubt.
/// </summary>
internal sealed class HotStuffMessageVerifier(ByzantineIdentity identity, HotStuffOptions options, SettledVotes settled)
    : OrderingMessageVerifier(identity, options)
{
    private readonly LeaderSchedule _schedule = new(identity.Members, options.TermViews, options.PenaltyRotations);

    /// <inheritdoc/>
    protected override bool IsUnneeded(ProtocolMessage message) =>
        message is NodeVote vote && settled.Contains(StatementKind.HotStuffVote, vote.View, SequenceNumber.Zero, vote.Hash);

    /// <inheritdoc/>
    protected override string? DefectOf(NodeId sender, ProtocolMessage message) => message switch
    {
        NodeProposal m => DefectOf(sender, m),
        NodeVote m => m.View > ViewNumber.Zero && Identity.IsSigned(sender, StatementKind.HotStuffVote, m.View, SequenceNumber.Zero, m.Hash, m.Signature)
            ? null
            : $"the vote in view {m.View} is not signed by its sender",
        Certified m => DefectOf(m.Certificate),
        TermTimeout m => DefectOf(sender, m),
        TermStart m => DefectOf(m.Timeouts),
        Status => null,
        BranchRequest m => m.Wanted.Votes is null ? "nobody needs the first node" : DefectOf(m.Wanted),
        Branch m => DefectOf(m),
        Anchor m => DefectOf(m.Nodes, m.Tip),
        _ => base.DefectOf(sender, message),
    };

    private string? DefectOf(NodeCertificate certificate)
    {
        if (certificate.Votes is not { } votes)
        {
            // The decoder makes this of nothing but the constant.
            return null;
        }

        if (!Identity.Verifier.Verify(votes, StatementKind.HotStuffVote, Identity.Members.Quorum, out var defect))
        {
            return $"the node of view {certificate.View} is not proven to be certified: {defect.Detail}";
        }

        return votes.Statement.Sequence == SequenceNumber.Zero ? null : $"the votes in view {certificate.View} are of no node";
    }

    private string? DefectOf(Node node)
    {
        if (node.View <= node.Justify.View)
        {
            return $"the node of view {node.View} has a parent of view {node.Justify.View}";
        }

        if (node.Justify.Votes is null ? node.Height.Value != 1 : node.Height.Value < 2)
        {
            return $"the node of view {node.View} has the height {node.Height}, and a parent of view {node.Justify.View}";
        }

        ulong? last = null;
        foreach (var failed in node.Record.Failed)
        {
            if (failed.Term >= _schedule.TermOf(node.View) || failed.Term <= last || failed.Leader != _schedule.LeaderOfTerm(failed.Term))
            {
                return $"node {failed.Leader} cannot have failed in term {failed.Term}, as the node of view {node.View} says";
            }

            last = failed.Term;
        }

        return DefectOf(node.Justify);
    }

    private string? DefectOf(NodeId sender, NodeProposal message)
    {
        var node = message.Node;
        if (sender != _schedule.LeaderOf(node.View))
        {
            return $"node {sender} is not the leader of view {node.View}";
        }

        if (message.Block.Digest != node.Payload)
        {
            return $"the block of the node of view {node.View} is another's";
        }

        if (!Identity.IsSigned(sender, StatementKind.HotStuffProposal, node.View, SequenceNumber.Zero, node.Hash, message.Signature))
        {
            return $"the proposal of view {node.View} is not signed by its leader";
        }

        return DefectOf(node)
            ?? (message.Timeouts is { } timeouts ? DefectOf(timeouts) ?? DefectOf(node, timeouts) : Follows(node) ? null : $"view {node.View} does not follow view {node.Justify.View}")
            ?? DefectOf(message.Block, sender);
    }

    /// <summary>
    /// Whether a view may follow its parent's without time-outs. Which term comes after a parent's last view its branch says: of the next f + 1 leaders at most f are on record.
    /// </summary>
    private bool Follows(Node node) =>
        node.View == node.Justify.View.Next
        || (_schedule.IsLast(node.Justify.View) && _schedule.IsFirst(node.View) && _schedule.TermOf(node.View) <= _schedule.TermOf(node.Justify.View) + (ulong)Identity.Members.FaultsMax + 1);

    private static string? DefectOf(Node node, TimeoutCertificate timeouts)
    {
        if (timeouts.Last.Next != node.View)
        {
            return $"time-outs of view {timeouts.Last} do not begin view {node.View}";
        }

        return node.Justify.View >= timeouts.High
            ? null
            : $"view {node.View} begins after the node of view {node.Justify.View}, where the time-outs name one of view {timeouts.High}";
    }

    private string? DefectOf(NodeId sender, TermTimeout message)
    {
        if (!_schedule.IsLast(message.Last) || message.High.View > message.Last)
        {
            return $"nobody gives up view {message.Last} with a certificate of view {message.High.View}";
        }

        return Identity.Verifier.Verify(new SignedStatement(TermTimeout.StatementOf(Identity.Verifier.Domain, message.Last, message.High.View), sender, message.Signature))
            ? DefectOf(message.High)
            : $"the time-out of view {message.Last} is not signed by its sender";
    }

    private string? DefectOf(TimeoutCertificate timeouts)
    {
        if (!_schedule.IsLast(timeouts.Last) || timeouts.High > timeouts.Last)
        {
            return $"nobody gives up view {timeouts.Last} with a certificate of view {timeouts.High}";
        }

        foreach (ref readonly var report in timeouts.Reports.AsSpan())
        {
            var statement = TermTimeout.StatementOf(Identity.Verifier.Domain, timeouts.Last, report.High);
            if (!Identity.Verifier.Verify(new SignedStatement(statement, report.Signer, report.Signature)))
            {
                return $"the time-out of view {timeouts.Last} is not signed by node {report.Signer}";
            }
        }

        return null;
    }

    private string? DefectOf(Branch message)
    {
        foreach (ref readonly var each in message.Nodes.AsSpan())
        {
            if (each.Block.Digest != each.Node.Payload)
            {
                return $"the block of the node of view {each.Node.View} is another's";
            }
        }

        return DefectOf(Array.ConvertAll(message.Nodes, each => each.Node), message.Tip);
    }

    private string? DefectOf(Node[] nodes, NodeCertificate tip)
    {
        if (nodes.Length == 0)
        {
            return "a branch has at least one node";
        }

        for (var i = 0; i < nodes.Length; i++)
        {
            var (node, next) = (nodes[i], i + 1 < nodes.Length ? nodes[i + 1] : null);
            var certificate = next?.Justify ?? tip;
            if (certificate.Hash != node.Hash || certificate.View != node.View || (next is not null && next.Height != node.Height.Next))
            {
                return $"the node of view {node.View} is not the one that the next certificate is for";
            }

            if (DefectOf(node) is { } defect)
            {
                return defect;
            }
        }

        return DefectOf(tip);
    }
}
