using Consensus.Simulation.Time;

namespace Consensus.Simulation;

/// <summary>
/// Says nothing to some of the others, and withholds some kinds of messages from all: votes or certificates, say. Which ones is drawn once for each replica.
/// </summary>
public sealed class SelectiveAdversary : IAdversary
{
    private const double ShunsRate = 0.5;
    private const double WithholdsRate = 0.25;

    private readonly Dictionary<(NodeId Replica, NodeId Peer), bool> _shuns = [];
    private readonly Dictionary<(NodeId Replica, Type Kind), bool> _withholds = [];

    /// <inheritdoc/>
    public void OnSending(CorruptReplica replica, InterceptedMessage message)
    {
        if (!Decide(_shuns, (replica.Id, message.To), replica, ShunsRate) && !Decide(_withholds, (replica.Id, message.Message.GetType()), replica, WithholdsRate))
        {
            replica.Pass(message);
        }
    }

    private static bool Decide<TKey>(Dictionary<TKey, bool> decisions, TKey key, CorruptReplica replica, double rate)
        where TKey : notnull
    {
        if (!decisions.TryGetValue(key, out var decision))
        {
            decisions.Add(key, decision = replica.Random.Chance(rate));
        }

        return decision;
    }
}
