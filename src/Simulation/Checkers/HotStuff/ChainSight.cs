using Consensus.HotStuff;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Messages;

namespace Consensus.Simulation.Checkers.HotStuff;

/// <summary>What a core knows of the chain at the end of a turn.</summary>
/// <param name="Promises">What it has promised, on disk or on its way there.</param>
/// <param name="Voted">The node that it has voted for last, if it has not given up its view.</param>
/// <param name="Committed">The last node that it counts as committed because of certificates; none, if because of a checkpoint or a snapshot.</param>
/// <param name="Height">How far it has committed, for whatever reason.</param>
/// <param name="CommitIndex">The last entry of that.</param>
/// <param name="Anchor">The last node that it counts as committed for whatever reason; none, if it does not know which node that is.</param>
/// <param name="Deciding">The certified node by which the last node was committed that certificates have committed since the start.</param>
/// <param name="Timeouts">The last time-outs of a quorum.</param>
/// <param name="Find">Finds a node that is there with all before it.</param>
internal readonly record struct ChainSight(Promises Promises, Node? Voted, Node? Committed, SequenceNumber Height, LogIndex CommitIndex, Node? Anchor, Node? Deciding, TimeoutCertificate? Timeouts, Func<Digest, Node?> Find)
{
    /// <summary>Finds the parent of a node.</summary>
    public Node? ParentOf(Node node) => Find(node.Justify.Hash);

    /// <summary>What a core knows at present.</summary>
    public static ChainSight Of(HotStuffCore core)
    {
        var (state, tree) = (core.State, core.Tree);
        // On a long way to a checkpoint whole pieces are committed before its end is reached.
        var isByCheckpoint = !tree.IsAnchored || state.Log.Committed <= core.Proven || state.Log.Committed <= state.Stable.Number || state.Log.Committed <= core.CertifiedSnapshot?.Number;
        return new ChainSight(
            state.Promises,
            state.Promises.VotedHash == default ? null : tree.Find(state.Promises.VotedHash),
            isByCheckpoint ? null : tree.At(state.Log.Committed),
            state.Log.Committed,
            state.Log.CommitIndex,
            tree.IsAnchored ? tree.At(state.Log.Committed) : null,
            core.DecidingNode,
            state.Timeouts,
            hash => tree.Find(hash));
    }
}
