using System.Net.Sockets;

namespace Consensus.Transport;

/// <summary>What holds for the socket of every connection between nodes, dialled or accepted.</summary>
internal static class ConnectionSocket
{
    // Linux, linux/tcp.h: how long sent data may stay unacknowledged. Without it a dead host is noticed after a quarter of an hour.
    private const int TcpLevel = 6;
    private const int TcpUserTimeout = 18;
    private const int KeepAliveProbes = 3;

    /// <summary>Small messages leave at once, and a silent end is noticed. Disposes of the socket if that fails.</summary>
    /// <exception cref="SocketException">The connection is broken already.</exception>
    public static void Prepare(Socket socket, TcpTransportOptions options)
    {
        try
        {
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, optionValue: true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, (int)options.KeepAliveAfter.TotalSeconds);
            socket.SetSocketOption(
                SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Math.Max(1, (int)options.UnansweredMax.TotalSeconds / KeepAliveProbes));
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
            if (OperatingSystem.IsLinux())
            {
                socket.SetRawSocketOption(TcpLevel, TcpUserTimeout, BitConverter.GetBytes((int)options.UnansweredMax.TotalMilliseconds));
            }
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether an exception is the ordinary end of a connection.</summary>
    public static bool IsBroken(Exception exception) => exception is SocketException or ObjectDisposedException or IOException;
}
