using Consensus.Engine;

namespace Consensus.Transport.Tests;

/// <summary>One node of a test, with what it received.</summary>
internal sealed record TestNode(Member Member, ITransport Transport, TransportStatistics Statistics, RecordingReceiver Receiver) : IAsyncDisposable
{
    public NodeId Id => Member.Id;

    public PeerStatistics Toward(TestNode peer) => Statistics.Peers[peer.Id];

    public bool SendNow(TestNode to, TestMessage message)
    {
        var isQueued = Transport.Send(to.Id, message);
        Transport.Flush();
        return isQueued;
    }

    public Task IsConnectedAsync(TestNode peer, int times = 1) => Receiver.ChangesAsync(peer.Id, isConnected: true, times);

    public Task IsDisconnectedAsync(TestNode peer, int times = 1) => Receiver.ChangesAsync(peer.Id, isConnected: false, times);

    public ValueTask DisposeAsync() => Transport.DisposeAsync();

    public static void Introduce(params TestNode[] nodes)
    {
        foreach (var node in nodes)
        {
            node.Transport.SetPeers([.. nodes.Select(other => other.Member)]);
        }
    }

    public static async Task ConnectAsync(params TestNode[] nodes)
    {
        Introduce(nodes);
        foreach (var node in nodes)
        {
            foreach (var peer in nodes.Where(other => other != node))
            {
                await node.IsConnectedAsync(peer);
            }
        }
    }
}
