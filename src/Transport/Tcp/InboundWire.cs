using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Consensus.Transport;

/// <summary>The byte stream of a connection that was accepted. With TLS an encrypted stream takes the socket's place behind it.</summary>
/// <remarks>
/// All calls block the one thread that serves the connection; <see cref="Abort"/> from any other ends the waiting. Nothing here is asynchronous, not even once:
/// a socket that was ever awaited is watched by the runtime's poller from then on, and each message would wake that thread too.
/// </remarks>
internal sealed class InboundWire : IDisposable
{
    private readonly Socket _socket;
    private SslStream? _encrypted;

    public InboundWire(Socket socket, TcpTransportOptions options)
    {
        ConnectionSocket.Prepare(socket, options);
        _socket = socket;
        Remote = socket.RemoteEndPoint;
    }

    /// <summary>The other end.</summary>
    public EndPoint? Remote { get; }

    /// <summary>From now on, bytes pass through the stream that is returned, and whose handshake is the caller's next step.</summary>
    public SslStream Encrypt() => _encrypted = new SslStream(new NetworkStream(_socket, ownsSocket: false), leaveInnerStreamOpen: false);

    /// <summary>Receives at least one byte, or 0 at the stream's end.</summary>
    public int Receive(Span<byte> buffer) => _encrypted?.Read(buffer) ?? _socket.Receive(buffer);

    /// <summary>Fills the buffer.</summary>
    /// <returns>Whether it was filled before the stream ended.</returns>
    public bool TryReceiveExactly(Span<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            var count = Receive(buffer);
            if (count == 0)
            {
                return false;
            }

            buffer = buffer[count..];
        }

        return true;
    }

    /// <summary>Sends all the bytes.</summary>
    public void SendAll(ReadOnlySpan<byte> bytes)
    {
        if (_encrypted is { } encrypted)
        {
            encrypted.Write(bytes);
            return;
        }

        while (bytes.Length > 0)
        {
            bytes = bytes[_socket.Send(bytes)..];
        }
    }

    /// <summary>For how long nothing has arrived; null if the operating system does not tell, or the connection was closed by this side. Any thread.</summary>
    public TimeSpan? Silence() => ConnectionSocket.Silence(_socket);

    /// <summary>Ends the connection; whoever waits on it wakes up with an error, or at the stream's end.</summary>
    public void Abort() => _socket.Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _encrypted?.Dispose();
    }
}
