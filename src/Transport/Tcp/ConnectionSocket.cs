using System.Net.Sockets;

namespace Consensus.Transport;

/// <summary>What holds for the socket of every connection between nodes, dialled or accepted.</summary>
internal static class ConnectionSocket
{
    // Linux, linux/tcp.h: how long sent data may stay unacknowledged. Without it a dead host is noticed after a quarter of an hour.
    private const int TcpLevel = 6;
    private const int TcpUserTimeout = 18;
    private const int KeepAliveProbes = 3;

    // Linux, linux/tcp.h: struct tcp_info, whose fields stay where they are; tcpi_last_data_recv is in milliseconds.
    private const int TcpInfo = 11;
    private const int LastDataReceivedOffset = 52;

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

    /// <summary>For how long nothing has arrived; null if the operating system does not tell, or the socket is closed.</summary>
    public static TimeSpan? Silence(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Span<byte> info = stackalloc byte[LastDataReceivedOffset + sizeof(uint)];
        try
        {
            return socket.GetRawSocketOption(TcpLevel, TcpInfo, info) == info.Length
                ? TimeSpan.FromMilliseconds(BitConverter.ToUInt32(info[LastDataReceivedOffset..]))
                : null;
        }
        catch (Exception exception) when (IsBroken(exception))
        {
            return null;
        }
    }

    /// <summary>Whether an exception is the ordinary end of a connection.</summary>
    public static bool IsBroken(Exception exception) => exception is SocketException or ObjectDisposedException or IOException;
}
