using Consensus.Engine;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Adversaries;

/// <summary>
/// Proposes as late as it can without being replaced: Amir, Coan, Kirsch and Lane, "Prime: Byzantine replication under attack" (2011), section 2; pitfall P10. How late is drawn once for each
/// replica, as a part of the time after which others lose their patience.
/// </summary>
/// <param name="isProposal">Whether a message is a leader's proposal.</param>
/// <param name="patience">How long the others wait.</param>
internal sealed class SlowLeaderAdversary(Predicate<ProtocolMessage> isProposal, TimeSpan patience) : IAdversary
{
    private const double PartMin = 0.5;
    private const double PartMax = 0.98;

    private readonly Dictionary<NodeId, TimeSpan> _delays = [];

    /// <inheritdoc/>
    public void OnSending(CorruptReplica replica, InterceptedMessage message)
    {
        if (!isProposal(message.Message))
        {
            replica.Pass(message);
            return;
        }

        if (!_delays.TryGetValue(replica.Id, out var delay))
        {
            _delays.Add(replica.Id, delay = patience * replica.Random.NextBetween(PartMin, PartMax));
        }

        replica.Later(delay, () => replica.Pass(message));
    }
}
