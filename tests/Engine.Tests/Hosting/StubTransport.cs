namespace Consensus.Engine.Tests.Hosting;

/// <summary>A transport without a network: the test is the peers.</summary>
internal sealed class StubTransport : ITransport
{
    public ITransportReceiver? Receiver { get; private set; }

    public Action? OnStart { get; set; }

    public Action? OnDispose { get; set; }

    /// <summary>Called, on the loop, whenever the replica says who its peers are.</summary>
    public Action? OnPeers { get; set; }

    public bool IsDisposed { get; private set; }

    public ValueTask StartAsync(ITransportReceiver receiver, CancellationToken cancellationToken)
    {
        Receiver = receiver;
        OnStart?.Invoke();
        return ValueTask.CompletedTask;
    }

    public void SetPeers(IReadOnlyList<Member> peers) => OnPeers?.Invoke();

    public bool Send(NodeId to, ProtocolMessage message) => true;

    public void Flush()
    {
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        OnDispose?.Invoke();
        return ValueTask.CompletedTask;
    }

    /// <summary>A peer sends a frame.</summary>
    public Task<bool> ReceiveAsync(params byte[] bytes) => ReceiveFromAsync(new NodeId(2), bytes);

    public Task<bool> ReceiveFromAsync(NodeId peer, params byte[] bytes)
    {
        var frame = FrameBuffer.Rent(bytes.Length);
        bytes.CopyTo(frame.Memory);
        return Receiver!.OnFrameAsync(peer, frame, CancellationToken.None).AsTask();
    }
}
