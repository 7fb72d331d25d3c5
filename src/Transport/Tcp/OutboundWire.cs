using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Consensus.Transport;

/// <summary>The byte stream of a connection that was dialled. With TLS an encrypted stream takes the socket's place behind it.</summary>
/// <remarks>One sender and one receiver at a time; <see cref="Abort"/> from anywhere.</remarks>
internal sealed class OutboundWire : IDisposable
{
    private readonly Socket _socket;
    private SslStream? _encrypted;

    public OutboundWire(Socket socket, TcpTransportOptions options)
    {
        ConnectionSocket.Prepare(socket, options);
        _socket = socket;
        socket.Blocking = false;
        Remote = socket.RemoteEndPoint;
    }

    /// <summary>The other end.</summary>
    public EndPoint? Remote { get; }

    /// <summary>From now on, bytes pass through the stream that is returned, and whose handshake is the caller's next step.</summary>
    public SslStream Encrypt()
    {
        // A network stream takes no other; all that is done with it is asynchronous all the same.
        _socket.Blocking = true;
        return _encrypted = new SslStream(new NetworkStream(_socket, ownsSocket: false), leaveInnerStreamOpen: false);
    }

    /// <summary>Receives at least one byte, or 0 at the stream's end.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _encrypted?.ReadAsync(buffer, cancellationToken) ?? _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);

    /// <summary>Fills the buffer.</summary>
    /// <returns>Whether it was filled before the stream ended.</returns>
    public async ValueTask<bool> TryReceiveExactlyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (buffer.Length > 0)
        {
            var count = await ReceiveAsync(buffer, cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                return false;
            }

            buffer = buffer[count..];
        }

        return true;
    }

    /// <summary>Sends at least one byte, and waits for that if need be.</summary>
    public ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _encrypted is { } encrypted ? SendEncryptedAsync(encrypted, bytes, cancellationToken) : _socket.SendAsync(bytes, SocketFlags.None, cancellationToken);

    /// <summary>Sends all the bytes.</summary>
    public async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await SendAsync(bytes, cancellationToken).ConfigureAwait(false)..];
        }
    }

    /// <summary>Sends what can be sent without waiting. Through TLS that is nothing: a record, once begun, must be sent whole.</summary>
    /// <returns>How many bytes. If none, <see cref="SendAsync"/> waits, or tells what is broken.</returns>
    public int TrySend(ReadOnlySpan<byte> bytes)
    {
        if (_encrypted is not null)
        {
            return 0;
        }

        try
        {
            var count = _socket.Send(bytes, SocketFlags.None, out var error);
            return error == SocketError.Success ? count : 0;
        }
        catch (ObjectDisposedException)
        {
            return 0;
        }
    }

    /// <summary>Ends the connection; whoever waits on it wakes up with an error.</summary>
    public void Abort() => _socket.Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket.Dispose();
        _encrypted?.Dispose();
    }

    private static async ValueTask<int> SendEncryptedAsync(SslStream encrypted, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await encrypted.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes.Length;
    }
}
