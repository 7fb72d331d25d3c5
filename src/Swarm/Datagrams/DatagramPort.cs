using System.Net;
using System.Net.Sockets;

namespace Consensus.Swarm.Datagrams;

/// <summary>The datagrams of a node. Sending is safe from any number of threads.</summary>
internal sealed class DatagramPort(Socket socket, IDatagramReceiver receiver, SwarmCounts counts)
{
    // Longer than any of ours: what does not fit is none.
    private const int BufferSize = 2_048;

    // So often in a row something is wrong with the socket itself.
    private const int FailuresMax = 1_000;

    /// <summary>Sends at once, or not at all.</summary>
    public void Send(SocketAddress address, ReadOnlySpan<byte> datagram)
    {
        try
        {
            socket.SendTo(datagram, SocketFlags.None, address);
            counts.Add(SwarmCount.DatagramsSent);
            counts.Add(SwarmCount.DatagramBytesSent, datagram.Length);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // No way there, no room, or this node ends: what a datagram may meet on its way.
            counts.Add(SwarmCount.DatagramsUnsent);
        }
    }

    /// <summary>Receives until it is told to end.</summary>
    /// <exception cref="SocketException">Something is wrong with the socket.</exception>
    public async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(BufferSize, pinned: true);
        var from = new SocketAddress(socket.AddressFamily);
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            int length;
            try
            {
                length = await socket.ReceiveFromAsync(buffer, SocketFlags.None, from, cancellationToken).ConfigureAwait(false);
                failures = 0;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.MessageSize || ++failures < FailuresMax)
            {
                // Cut off because it is longer than any of ours, or the echo of one that nobody took.
                counts.Add(SwarmCount.DatagramsForeign);
                continue;
            }

            counts.Add(SwarmCount.DatagramsReceived);
            counts.Add(SwarmCount.DatagramBytesReceived, length);
            receiver.OnDatagram(buffer.AsMemory(0, length));
        }
    }
}
