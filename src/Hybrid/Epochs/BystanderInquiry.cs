using Consensus.Engine;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid;

/// <summary>
/// What a replica asks that does not belong to the group: which epochs there are behind those that it knows. Members tell each other by speaking, but to this one nobody may speak whom it knows: of an epoch of Raft the leader alone does, and
/// that one may have come to the group later than all whom the replica was told of.
/// </summary>
/// <param name="chain">What is known of the epochs.</param>
internal sealed class BystanderInquiry(EpochChain chain)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly SortedSet<NodeId> _connected = [];

    /// <summary>When <see cref="Advance"/> is wanted at the latest.</summary>
    public Ticks Deadline { get; private set; } = Ticks.Never;

    /// <summary>A node can be reached, or cannot any more. Who can be reached knows this replica, or it would not let it in.</summary>
    public void OnConnection(PeerConnectionChanged change, Ticks now)
    {
        if (change.IsConnected ? _connected.Add(change.Peer) : _connected.Remove(change.Peer))
        {
            Deadline = _connected.Count > 0 ? now : Ticks.Never;
        }
    }

    /// <summary>Asks all who can be reached, once in a while.</summary>
    public void Advance(Ticks now, EffectBuffer effects)
    {
        if (now < Deadline)
        {
            return;
        }

        Deadline = now + Interval;
        foreach (var node in _connected)
        {
            effects.Send(node, new ProofRequest(chain.LastKnown.Number));
        }
    }
}
