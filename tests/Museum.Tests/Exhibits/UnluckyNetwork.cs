using Consensus.Raft.Messages;
using Consensus.Simulation;

namespace Consensus.Museum.Tests.Exhibits;

/// <summary>
/// A network that loses what hurts most around a transfer of leadership. It may lose any message, so nobody must be harmed: it acts in the replicas'
/// names, but sends nothing that they would not.
/// </summary>
/// <param name="losesVotes">Whether what it controls is not heard when it is told to take over.</param>
/// <param name="deafness">How long a leader hears nobody after it has told somebody to take over.</param>
internal sealed class UnluckyNetwork(bool losesVotes, TimeSpan deafness) : IAdversary
{
    private readonly SortedDictionary<NodeId, TimeSpan> _deafUntil = [];

    /// <inheritdoc/>
    public void OnSending(CorruptReplica replica, InterceptedMessage message)
    {
        if (message.Message is TimeoutNow)
        {
            _deafUntil[message.From] = replica.Now + deafness;
        }

        var isLost = (losesVotes && message.Message is VoteRequest { IsTransfer: true }) || replica.Now < _deafUntil.GetValueOrDefault(message.To);
        if (!isLost)
        {
            replica.Send(message.To, message.Frame.Span);
        }
    }
}
