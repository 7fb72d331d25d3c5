using System.Net;

namespace Consensus.Transport;

/// <summary>Asks the operating system, which knows its hosts file and the DNS.</summary>
public sealed class DnsPeerResolver : IPeerResolver
{
    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<IPAddress>> ResolveAsync(string host, CancellationToken cancellationToken) =>
        IPAddress.TryParse(host, out var address) ? [address] : await Dns.GetHostAddressesAsync(host, cancellationToken).ConfigureAwait(false);
}
