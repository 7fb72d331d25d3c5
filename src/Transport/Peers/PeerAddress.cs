using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Consensus.Transport;

/// <summary>A peer's address as a text, <c>host:port</c>: the host a name or an IP address, one of version 6 in brackets, the port 1 to 65,535.</summary>
public static class PeerAddress
{
    /// <summary>Reads an address.</summary>
    /// <param name="text">The text.</param>
    /// <param name="endPoint">An <see cref="IPEndPoint"/>, or a <see cref="DnsEndPoint"/> if the host is a name.</param>
    /// <returns>Whether it is an address.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out EndPoint? endPoint)
    {
        endPoint = null;
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

        if (host.Length > 0)
        {
            endPoint = IPAddress.TryParse(host, out var ip) ? new IPEndPoint(ip, port) : new DnsEndPoint(host, port);
        }

        return endPoint is not null;
    }

    /// <summary>The text of an end point: of a name without what the framework puts before it.</summary>
    internal static string Format(EndPoint? endPoint) => endPoint switch
    {
        DnsEndPoint name => string.Create(CultureInfo.InvariantCulture, $"{name.Host}:{name.Port}"),
        _ => $"{endPoint}",
    };

    /// <summary>What is wrong with an end point, as a clause whose subject it is; null if it can be connected to.</summary>
    internal static string? FindDefect(EndPoint? endPoint) => endPoint switch
    {
        null => "is null",
        IPEndPoint { Port: 0 } or DnsEndPoint { Port: 0 } => "has no port",
        IPEndPoint or DnsEndPoint => null,
        _ => "is neither an IP end point nor a name with a port",
    };
}
