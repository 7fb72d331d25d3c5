using Consensus.HotStuff.Chain;

namespace Consensus.HotStuff.Agreement;

/// <summary>
/// Whether anything may follow the highest certificate. No batches, when the window is full; but without nodes that follow, no rule might ever commit what is in it. So nodes without batches may, until the branch of
/// that certificate commits the next checkpoint by itself: then all who have the certificate commit it, and need nobody to say what their state is.
/// </summary>
/// <remarks>
/// That this replica has committed it does not suffice. It may know of a certificate that no longer leads to the highest one, and others never hear of that.
/// </remarks>
internal sealed class Window(HotStuffState state, NodeTree tree)
{
    /// <summary>Whether nothing may follow until a later checkpoint is stable.</summary>
    public bool IsShut
    {
        get
        {
            var height = state.HighNode.Height.Next;
            return state.IsBeyondWindow(height) && (!state.IsInReach(height) || IsCommittedByBranch(state.Stable.Number + (ulong)state.Options.CheckpointBlocks));
        }
    }

    private bool IsCommittedByBranch(SequenceNumber height)
    {
        if (state.Log.Committed < height)
        {
            return false;
        }

        for (var node = state.HighNode; node is not null && node.Height > height; node = tree.ParentOf(node))
        {
            if (state.Rules.CommittedBy(node, tree.ParentOf)?.Height >= height)
            {
                return true;
            }
        }

        return false;
    }
}
