using Consensus.Byzantine;
using Consensus.HotStuff.Chain;

namespace Consensus.HotStuff.Agreement;

/// <summary>
/// What follows from certificates: the highest one, what this replica is locked on, and what is committed (PODC '19, algorithm 5). A certificate counts when its node is here with all
/// before it; until then somebody is asked for them.
/// </summary>
internal sealed class Certification(HotStuffState state, NodeTree tree, Submissions submissions)
{
    /// <summary>The highest certificate whose node is not here.</summary>
    public NodeCertificate? Missing { get; private set; }

    /// <summary>Who showed it.</summary>
    public NodeId MissingFrom { get; private set; }

    /// <summary>The certificate by which the last node was committed, and its node, for checks: in the same turn there may have been a higher one, of another branch.</summary>
    public (NodeCertificate Certificate, Node Node)? Deciding { get; private set; }

    /// <summary>A certificate, verified.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="from">Who showed it: probably he has the node.</param>
    public void Add(NodeCertificate certificate, NodeId from)
    {
        if (certificate.View <= state.High.View)
        {
            return;
        }

        if (tree.Find(certificate.Hash) is { } node)
        {
            // Correct members vote for a node in its own view.
            if (node.View == certificate.View)
            {
                state.Raise(certificate, node);
                Commit();
            }
        }
        else if (Missing is null || certificate.View > Missing.View)
        {
            Missing = certificate;
            MissingFrom = from;
        }
    }

    /// <summary>Takes up what could not be done before.</summary>
    public void Advance()
    {
        if (Missing is { } missing)
        {
            Add(missing, MissingFrom);
            if (missing.View <= state.High.View)
            {
                Missing = null;
            }
        }

        Commit();
    }

    private void Commit()
    {
        if (tree.Find(state.HighNode.Hash) is not { } high || state.Rules.CommittedBy(high, tree.ParentOf) is not { } committed || committed.Height <= state.Log.Committed)
        {
            return;
        }

        if (!tree.IsOnBranch(committed))
        {
            if (!state.AcceptsWrites)
            {
                return;
            }

            tree.SwitchTo(committed);
        }

        Deciding = (state.High, high);
        while (state.Log.Committed < committed.Height)
        {
            state.Log.CommitTo(state.Log.Committed.Next);
            submissions.OnCommitted(state.Log.Committed);
        }

        tree.OnLogMoved();
    }
}
