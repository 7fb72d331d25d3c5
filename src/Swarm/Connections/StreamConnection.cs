using System.Net.Sockets;

namespace Consensus.Swarm.Connections;

/// <summary>A connection whose ends have greeted. Written to by one task at a time, and read by one.</summary>
internal sealed class StreamConnection(Socket socket, Stream stream, StreamPeer peer, TimeProvider time) : IDisposable
{
    private long _usedAt = time.GetTimestamp();
    private int _isClosed;

    public StreamPeer Peer => peer;

    public Stream Stream => stream;

    /// <summary>Whether it was closed by this end.</summary>
    public bool IsClosed => Volatile.Read(ref _isClosed) != 0;

    /// <summary>For how long nobody has used it.</summary>
    public TimeSpan Idle => time.GetElapsedTime(Interlocked.Read(ref _usedAt));

    /// <summary>It is in use.</summary>
    public void Touch() => Interlocked.Exchange(ref _usedAt, time.GetTimestamp());

    /// <summary>Sends a message.</summary>
    /// <returns>The bytes that were sent.</returns>
    /// <exception cref="IOException">The connection ended.</exception>
    /// <exception cref="ObjectDisposedException">It was closed.</exception>
    public async ValueTask<int> WriteAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        Touch();
        var frame = peer.Outbound.Close(message.Span);
        await stream.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
        Touch();
        return frame.Length;
    }

    /// <summary>Closes it: whoever reads or writes ends.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 0)
        {
            stream.Dispose();
            socket.Dispose();
        }
    }
}
