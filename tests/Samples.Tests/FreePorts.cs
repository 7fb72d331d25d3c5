using System.Net;
using System.Net.Sockets;

namespace Consensus.Samples.Tests;

/// <summary>Ports that nobody listens on.</summary>
internal static class FreePorts
{
    /// <summary>Below the ports that outgoing connections are given; all are found before any is given back.</summary>
    public static int[] Take(int count)
    {
        var listeners = new List<TcpListener>();
        while (listeners.Count < count)
        {
            var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(10_000, 32_000));
            try
            {
                listener.Start();
                listeners.Add(listener);
            }
            catch (SocketException)
            {
                // In use: another is tried.
                listener.Dispose();
            }
        }

        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        listeners.ForEach(listener => listener.Dispose());
        return ports;
    }
}
