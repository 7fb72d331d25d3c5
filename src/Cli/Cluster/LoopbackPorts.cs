using System.Net;
using System.Net.Sockets;

namespace Consensus.Cli.Cluster;

/// <summary>Finds ports of this machine that nobody uses.</summary>
internal static class LoopbackPorts
{
    /// <summary>
    /// Takes free ports and lets go of them again. Another process could take one before it is used; the system hands such ports out in
    /// turn, so that this is rare, and the start then fails with the port's number.
    /// </summary>
    public static IReadOnlyList<int> Find(int count)
    {
        var listeners = new List<TcpListener>(count);
        try
        {
            for (var i = 0; i < count; i++)
            {
                var listener = new TcpListener(IPAddress.Loopback, 0);
                listeners.Add(listener);
                listener.Start();
            }

            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        }
        finally
        {
            foreach (var listener in listeners)
            {
                listener.Dispose();
            }
        }
    }
}
