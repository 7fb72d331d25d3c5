using System.Net;
using Consensus.Hosting.Validation;
using Microsoft.Extensions.Logging;

namespace Consensus.Hosting;

/// <summary>Says at the start what of a node is open to more than its own machine without being protected. That may be meant, behind a firewall; it should not be overlooked.</summary>
internal static partial class ExposureWarning
{
    /// <summary>Looks at the settings, which are valid.</summary>
    /// <param name="logger">Is told.</param>
    /// <param name="options">The settings.</param>
    /// <param name="isTcp">Whether the nodes talk over TCP, and not through a transport of the application's own.</param>
    public static void Log(ILogger logger, ConsensusOptions options, bool isTcp)
    {
        var tls = options.Transport.Tls.Files;
        if (isTcp && tls is null && TcpTransportSetup.ListenEndPoint(options) is var nodes && !IPAddress.IsLoopback(nodes.Address))
        {
            Messages.NodesInTheClear(logger, options.Node, nodes);
        }

        var http = options.Http;
        if (HostPort.TryParse(http.Listen, out var api) && !IPAddress.IsLoopback(api.ToListenEndPoint().Address))
        {
            if (http.TokensFile.Length == 0)
            {
                Messages.ApiForAnyone(logger, options.Node, http.Listen);
            }

            if (!http.IsSecure)
            {
                Messages.ApiInTheClear(logger, options.Node, http.Listen);
            }
        }
    }

    private static partial class Messages
    {
        [LoggerMessage(
            EventId = 102,
            EventName = "consensus.node.nodes_in_the_clear",
            Level = LogLevel.Warning,
            Message = "Node {Node} listens for other nodes at {Address} without TLS: whoever reaches it can act as a node. Give it certificates (Transport:Tls), or close the address to others.")]
        public static partial void NodesInTheClear(ILogger logger, NodeId node, EndPoint address);

        [LoggerMessage(
            EventId = 103,
            EventName = "consensus.node.api_for_anyone",
            Level = LogLevel.Warning,
            Message = "Node {Node} serves its HTTP API at {Address} without tokens: whoever reaches it may read, write and operate. Name tokens (Http:TokensFile), or close the address to others.")]
        public static partial void ApiForAnyone(ILogger logger, NodeId node, string address);

        [LoggerMessage(
            EventId = 104,
            EventName = "consensus.node.api_in_the_clear",
            Level = LogLevel.Warning,
            Message = "Node {Node} serves its HTTP API at {Address} without HTTPS: what is sent, tokens among it, can be read on the way. Give it a certificate (Http:CertificateFile, Http:KeyFile), or close the address to others.")]
        public static partial void ApiInTheClear(ILogger logger, NodeId node, string address);
    }
}
