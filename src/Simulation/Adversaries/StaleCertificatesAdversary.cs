using Consensus.Engine;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Adversaries;

/// <summary>Keeps the first certificates that it comes across, its own and others', and sends them in place of new ones, or beside them: each was valid once.</summary>
/// <param name="isCertificate">Whether a message carries what only a quorum can make.</param>
internal sealed class StaleCertificatesAdversary(Predicate<ProtocolMessage> isCertificate) : IAdversary
{
    private const double SendsRate = 0.05;
    private const double ReplacesRate = 0.3;
    private const int KeptMax = 64;

    private readonly List<InterceptedMessage> _kept = [];

    /// <inheritdoc/>
    public void OnSending(CorruptReplica replica, InterceptedMessage message)
    {
        var isOne = isCertificate(message.Message);
        if (isOne)
        {
            Keep(message);
        }

        var isReplaced = isOne && replica.Random.Chance(ReplacesRate);
        if (!isReplaced)
        {
            replica.Pass(message);
        }

        if (_kept.Count > 0 && (isReplaced || replica.Random.Chance(SendsRate)))
        {
            replica.Send(message.To, replica.Random.Any(_kept).Frame.Span);
        }
    }

    /// <inheritdoc/>
    public void OnReceiving(CorruptReplica replica, InterceptedMessage message)
    {
        if (isCertificate(message.Message))
        {
            Keep(message);
        }
    }

    private void Keep(InterceptedMessage message)
    {
        if (_kept.Count < KeptMax)
        {
            _kept.Add(message);
        }
    }
}
