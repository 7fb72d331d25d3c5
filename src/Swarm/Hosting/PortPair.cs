using System.Net;
using System.Net.Sockets;

namespace Consensus.Swarm.Hosting;

/// <summary>The two sockets of a node, on one port.</summary>
/// <param name="Listener">For connections; it listens.</param>
/// <param name="Datagrams">For datagrams.</param>
/// <param name="EndPoint">Where they are.</param>
internal sealed record PortPair(Socket Listener, Socket Datagrams, IPEndPoint EndPoint) : IDisposable
{
    private const int Backlog = 512;
    private const int Attempts = 32;
    private const int ReceiveBuffer = 1 << 20;

    /// <summary>Opens both.</summary>
    /// <exception cref="IOException">The port is in use, or not to be had.</exception>
    public static PortPair Open(IPEndPoint wanted)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return Try(wanted);
            }
            catch (SocketException exception) when (wanted.Port != 0 || attempt == Attempts)
            {
                throw new IOException($"A node of a swarm cannot listen on {wanted}: {exception.Message}", exception);
            }
            catch (SocketException)
            {
                // Free for connections and not for datagrams: another one.
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Listener.Dispose();
        Datagrams.Dispose();
    }

    private static PortPair Try(IPEndPoint wanted)
    {
        var listener = new Socket(wanted.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var datagrams = new Socket(wanted.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { Blocking = false, ReceiveBufferSize = ReceiveBuffer };
        try
        {
            if (wanted.AddressFamily == AddressFamily.InterNetworkV6)
            {
                listener.DualMode = datagrams.DualMode = true;
            }

            listener.Bind(wanted);
            var endPoint = (IPEndPoint)listener.LocalEndPoint!;
            datagrams.Bind(endPoint);
            listener.Listen(Backlog);
            return new PortPair(listener, datagrams, endPoint);
        }
        catch
        {
            listener.Dispose();
            datagrams.Dispose();
            throw;
        }
    }
}
