using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consensus.Transport.Tests;

/// <summary>Makes TCP nodes for tests.</summary>
internal static class TcpNodes
{
    public static ClusterId Cluster { get; } = new(new Guid("3f0c5c5e-8a55-4b7d-9e2b-0d3f9f7b2a11"));

    public static TcpTransportOptions Options(uint id, int port = 0, ExpectedKeys? peerKeys = null, AddressBook? addressBook = null) => new()
    {
        Node = new NodeId(id),
        Cluster = Cluster,
        Listen = new IPEndPoint(IPAddress.Loopback, port),
        BackOffMin = TimeSpan.FromMilliseconds(1),
        BackOffMax = TimeSpan.FromMilliseconds(20),
        ConnectTimeout = TimeSpan.FromMinutes(1),
        HandshakeTimeout = TimeSpan.FromMinutes(1),
        PeerKeys = peerKeys ?? ExpectedKeys.None,
        AddressBook = addressBook ?? AddressBook.Empty,
    };

    /// <summary>A node under the limits of the contract, at the address of <paramref name="predecessor"/> if there is one.</summary>
    public static TcpTransportOptions ContractOptions(uint id, TestNode? predecessor, int frameLengthMax, int queuedBytesMax, int queuedFramesMax)
    {
        var like = Options(id, predecessor is null ? 0 : Port(predecessor));
        return new TcpTransportOptions
        {
            Node = like.Node,
            Cluster = like.Cluster,
            Listen = like.Listen,
            BackOffMin = like.BackOffMin,
            BackOffMax = like.BackOffMax,
            FrameLengthMax = frameLengthMax,
            QueuedBytesMax = queuedBytesMax,
            QueuedFramesMax = queuedFramesMax,
        };
    }

    public static async Task<TestNode> StartAsync(
        TcpTransportOptions options,
        TimeProvider? timeProvider = null,
        IPeerResolver? resolver = null,
        ILogger<TcpTransport>? logger = null,
        ITlsCredentialSource? credentials = null,
        Func<string, CancellationToken, Task<IPAddress[]>>? lookUp = null)
    {
        var transport = new TcpTransport(
            options,
            TestCodec.Instance,
            resolver,
            timeProvider ?? TimeProvider.System,
            logger ?? NullLogger<TcpTransport>.Instance,
            credentials,
            lookUp ?? Dns.GetHostAddressesAsync);
        var receiver = new RecordingReceiver();
        await transport.StartAsync(receiver, CancellationToken.None);
        return new TestNode(new Member(options.Node, transport.LocalEndPoint.ToString()), transport, transport.Statistics, receiver);
    }

    public static IPEndPoint EndPoint(TestNode node) => ((TcpTransport)node.Transport).LocalEndPoint;

    /// <summary>What a node knows of one of its peers.</summary>
    public static PeerStatus Known(TestNode node, NodeId peer) => ((TcpTransport)node.Transport).ListPeers().Single(known => known.Id == peer);

    public static int Port(TestNode node) => ((TcpTransport)node.Transport).LocalEndPoint.Port;
}
