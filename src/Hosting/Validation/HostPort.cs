using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace Consensus.Hosting.Validation;

/// <summary>An address as it stands in a configuration: <c>host:port</c>, an IPv6 address in brackets.</summary>
internal readonly record struct HostPort(string Host, int Port)
{
    public const string Allowed = "host:port with a port from 1 to 65,535, an IPv6 address in brackets";

    public static bool TryParse([NotNullWhen(true)] string? text, out HostPort address)
    {
        address = default;
        var colon = text?.LastIndexOf(':') ?? -1;
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
        {
            return false;
        }

        var host = text![..colon];
        var isBracketed = host.StartsWith('[') && host.EndsWith(']');
        host = isBracketed ? host[1..^1] : host;
        address = new HostPort(host, port);
        return isBracketed
            ? IPAddress.TryParse(host, out var ip) && ip.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
            : Uri.CheckHostName(host) is UriHostNameType.Dns or UriHostNameType.IPv4;
    }

    /// <summary>Where to listen so that peers who use this address get through: a name may resolve to any IPv4 address of the machine.</summary>
    public IPEndPoint ToListenEndPoint()
    {
        if (IPAddress.TryParse(Host, out var ip))
        {
            return new IPEndPoint(ip, Port);
        }

        return new IPEndPoint(Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback : IPAddress.Any, Port);
    }
}
