using System.Net;
using Consensus.Engine;
using Microsoft.Extensions.Logging.Abstractions;

namespace Consensus.Transport.Bench;

/// <summary>One end of the measured connection. Frames are handed to <paramref name="onFrame"/> on the thread they arrive on.</summary>
internal sealed class Node(uint id, Action<Node> onFrame) : ITransportReceiver, IAsyncDisposable
{
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public NodeId Id { get; } = new(id);

    public TcpTransport Transport { get; } = new(
        new TcpTransportOptions
        {
            Node = new NodeId(id),
            Cluster = new ClusterId(new Guid("00000000-0000-0000-0000-00000000000b")),
            Listen = new IPEndPoint(IPAddress.Loopback, 0),
        },
        new BenchCodec(),
        resolver: null,
        TimeProvider.System,
        NullLogger<TcpTransport>.Instance,
        credentials: null);

    public Task Connected => _connected.Task;

    public ValueTask<bool> OnFrameAsync(NodeId from, FrameBuffer frame, CancellationToken cancellationToken)
    {
        frame.Dispose();
        onFrame(this);
        return ValueTask.FromResult(true);
    }

    public void OnConnectionChanged(NodeId peer, bool isConnected) => _connected.TrySetResult();

    public ValueTask DisposeAsync() => Transport.DisposeAsync();

    public static async Task<(Node Left, Node Right)> ConnectAsync(Action<Node> onLeft, Action<Node> onRight)
    {
        var left = new Node(1, onLeft);
        var right = new Node(2, onRight);
        await left.Transport.StartAsync(left, CancellationToken.None);
        await right.Transport.StartAsync(right, CancellationToken.None);
        Member[] members =
        [
            new(left.Id, left.Transport.LocalEndPoint.ToString()),
            new(right.Id, right.Transport.LocalEndPoint.ToString()),
        ];
        left.Transport.SetPeers(members);
        right.Transport.SetPeers(members);
        await Task.WhenAll(left.Connected, right.Connected);
        return (left, right);
    }
}
