using Consensus.Engine;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Adversaries;

/// <summary>
/// Keeps its votes to itself, or what it makes of others' votes, or both, before all or before some: others must do without. What, and before whom, is drawn once for each replica.
/// </summary>
/// <param name="isVote">Whether a message is a vote.</param>
/// <param name="isCertificate">Whether a message carries what others need, and only a quorum can make.</param>
internal sealed class WithholdingAdversary(Predicate<ProtocolMessage> isVote, Predicate<ProtocolMessage> isCertificate) : IAdversary
{
    private const double BeforeAllRate = 0.5;

    private readonly Dictionary<NodeId, Drawn> _drawn = [];

    /// <inheritdoc/>
    public void OnSending(CorruptReplica replica, InterceptedMessage message)
    {
        if (!_drawn.TryGetValue(replica.Id, out var drawn))
        {
            var what = replica.Random.NextBelow(3);
            _drawn.Add(replica.Id, drawn = new Drawn(what != 1, what != 0, replica.Random.Chance(BeforeAllRate), (uint)replica.Random.NextBelow(2)));
        }

        var isKept = (drawn.Votes && isVote(message.Message)) || (drawn.Certificates && isCertificate(message.Message));
        if (!isKept || (!drawn.BeforeAll && message.To.Value % 2 == drawn.Half))
        {
            replica.Pass(message);
        }
    }

    private readonly record struct Drawn(bool Votes, bool Certificates, bool BeforeAll, uint Half);
}
