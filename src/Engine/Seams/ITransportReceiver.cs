namespace Consensus.Engine;

/// <summary>Takes what a transport receives.</summary>
public interface ITransportReceiver
{
    /// <summary>
    /// Takes one frame. The transport awaits the result before it reads more from that peer, so a full inbox slows the sender down.
    /// </summary>
    /// <param name="from">The authenticated sender.</param>
    /// <param name="frame">The frame's bytes. The receiver owns the buffer from here on, and disposes of it.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>Whether the frame was acceptable. If not, the transport counts it and closes the connection.</returns>
    ValueTask<bool> OnFrameAsync(NodeId from, FrameBuffer frame, CancellationToken cancellationToken);

    /// <summary>The connection to a peer came up or broke. Never blocks.</summary>
    void OnConnectionChanged(NodeId peer, bool isConnected);
}
