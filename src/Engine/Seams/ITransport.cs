namespace Consensus.Engine;

/// <summary>
/// Carries messages between the replicas of one group: unreliable, in order while a connection lasts, authenticated as far as the
/// transport promises.
/// </summary>
/// <remarks>
/// <see cref="Send"/> and <see cref="Flush"/> are called from one thread, the replica's loop, and never block. Losing a message is
/// allowed; engines repeat what matters.
/// </remarks>
public interface ITransport : IAsyncDisposable
{
    /// <summary>Starts listening, and connecting to peers.</summary>
    /// <param name="receiver">Takes what arrives.</param>
    /// <param name="cancellationToken">Stops the start.</param>
    ValueTask StartAsync(ITransportReceiver receiver, CancellationToken cancellationToken);

    /// <summary>Tells which peers there are; connections to others are closed. May be called again at any time, from the loop.</summary>
    void SetPeers(IReadOnlyList<Member> peers);

    /// <summary>Encodes a message into the queue to a peer.</summary>
    /// <returns>Whether it was queued. If not (peer unknown, queue full) it is dropped and counted.</returns>
    bool Send(NodeId to, ProtocolMessage message);

    /// <summary>Puts what was queued on its way. Called at the end of each turn that sent something.</summary>
    void Flush();
}
