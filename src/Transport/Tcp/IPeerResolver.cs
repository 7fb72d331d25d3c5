using System.Net;

namespace Consensus.Transport;

/// <summary>Finds the addresses of a host. Asked anew at each attempt to connect, so a peer may move behind its name.</summary>
public interface IPeerResolver
{
    /// <summary>Resolves a host name.</summary>
    /// <param name="host">The host of the peer's address.</param>
    /// <param name="cancellationToken">Stops the resolving.</param>
    /// <returns>Its addresses, to be tried in this order. If there are none, or this throws, the attempt to connect has failed.</returns>
    ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken);
}
