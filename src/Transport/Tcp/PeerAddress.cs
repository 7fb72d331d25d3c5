using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Consensus.Transport;

/// <summary>A peer's address, <c>host:port</c>; an IPv6 address stands in brackets.</summary>
internal readonly record struct PeerAddress(string Host, int Port)
{
    public static bool TryParse([NotNullWhen(true)] string? text, out PeerAddress address)
    {
        address = default;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
        {
            return false;
        }

        var host = text![..colon];
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            host = host[1..^1];
        }
        else if (host.Contains(':', StringComparison.Ordinal))
        {
            return false;
        }

        address = new PeerAddress(host, port);
        return host.Length > 0;
    }
}
