using System.Net;
using System.Net.Sockets;

namespace Consensus.Cli.Cluster;

/// <summary>Finds ports of this machine that nobody uses. May be called from several threads.</summary>
internal static class LoopbackPorts
{
    // Below the ports that systems give to outgoing connections (from 32,768 on under Linux, from 49,152 on elsewhere): a port found there
    // could be taken by the very nodes that start before the one it was found for.
    private const int First = 10_000;
    private const int Last = 32_000;
    private const int AttemptsMax = 1_000;

    // Each search of this process goes on where the last one ended: one that begins before the ports of another are in use finds others.
    private static int _next = Random.Shared.Next(Last - First);

    /// <summary>Finds places where a number of consecutive ports is free.</summary>
    /// <param name="count">How many places.</param>
    /// <param name="length">How many ports from each place on.</param>
    /// <exception cref="IOException">There is hardly a free port.</exception>
    /// <remarks>Another process could take one before it is used. The start that needs it then fails with its number.</remarks>
    public static IReadOnlyList<int> Find(int count, int length = 1)
    {
        var places = new List<int>(count);
        var held = new List<TcpListener>(count * length);
        try
        {
            for (var attempt = 0; places.Count < count && attempt < AttemptsMax; attempt++)
            {
                var place = First + (int)((uint)(Interlocked.Add(ref _next, length) - length) % (uint)(Last - First - length));
                if (TryHold(place, length, held))
                {
                    places.Add(place);
                }
            }
        }
        finally
        {
            held.ForEach(listener => listener.Dispose());
        }

        return places.Count == count
            ? places
            : throw new IOException($"Of the ports from {First} to {Last}, {count} times {length} in a row are wanted, and are not free.");
    }

    private static bool TryHold(int place, int length, List<TcpListener> held)
    {
        for (var port = place; port < place + length; port++)
        {
            var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                held.Add(listener);
            }
            catch (SocketException)
            {
                // In use: another place is tried.
                listener.Dispose();
                return false;
            }
        }

        return true;
    }
}
