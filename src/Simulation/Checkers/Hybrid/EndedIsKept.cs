using Consensus.Engine;
using Consensus.Hybrid.Messages;
using Consensus.Raft.Messages;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers.Hybrid;

/// <summary>
/// Whoever has said that it has ended an epoch of Raft acknowledges nothing and votes for nobody there any more, also after it was started again: what it reports would not be all that it
/// has acknowledged, and something could be committed that no report tells of (pitfall S2). Engines for liars go on: what was promised in them stays.
/// </summary>
/// <remarks>It counts from when the word has left, and so is on disk: what a crash takes back was never said.</remarks>
internal sealed class EndedIsKept : Checker
{
    private readonly HashSet<(NodeId Node, Digest Epoch)> _ended = [];

    /// <inheritdoc/>
    public override string Name => "ended is kept";

    /// <inheritdoc/>
    public override void OnStarted(SimulatedNode node, RecoveredState recovered)
    {
        if (recovered.LastLsn == Lsn.Zero)
        {
            // Its disk is gone.
            _ended.RemoveWhere(ended => ended.Node == node.Id);
        }
    }

    /// <inheritdoc/>
    public override void OnSending(SimulatedNode node, NodeId to, ProtocolMessage message)
    {
        if (message is EndNotice notice)
        {
            _ended.Add((node.Id, notice.Epoch.Id));
        }
    }

    /// <inheritdoc/>
    public override void OnTurn(SimulatedNode node, in CoreStatus status, EffectBuffer effects)
    {
        foreach (var sent in effects.Messages)
        {
            if (sent.Message is IEpochMessage { Content: AppendAccepted or HeartbeatResponse or VoteResponse { Granted: true } or PreVoteResponse { Granted: true } } message
                && _ended.Contains((node.Id, message.Epoch.Id)))
            {
                Report($"node {node.Id} has ended epoch {message.Epoch.Number.Value}, and sends {message.Content}");
            }
        }
    }
}
