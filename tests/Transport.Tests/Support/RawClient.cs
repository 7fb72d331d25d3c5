using System.Net;
using System.Net.Sockets;

namespace Consensus.Transport.Tests;

/// <summary>A caller that says whatever it likes.</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan SafetyLimit = TimeSpan.FromSeconds(60);

    private readonly Socket _socket;

    private RawClient(Socket socket) => _socket = socket;

    public static async Task<RawClient> ConnectAsync(TestNode node)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, TcpNodes.Port(node)));
        return new RawClient(socket);
    }

    /// <summary>Connects as a node that is welcome.</summary>
    public static async Task<RawClient> ConnectAsAsync(NodeId sender, TestNode node)
    {
        var client = await ConnectAsync(node);
        var answer = await client.GreetAsync(new HandshakeHello(ProtocolVersions.Supported, TcpNodes.Cluster, sender, node.Id));
        Assert.That(answer.Refusal, Is.EqualTo(HandshakeRefusal.None));
        return client;
    }

    /// <summary>Sends as much as the other side still takes.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0)
            {
                bytes = bytes[await _socket.SendAsync(bytes)..];
            }
        }
        catch (SocketException)
        {
            // It closed: what the test then looks at is why.
        }
    }

    public async Task<HandshakeAnswer> GreetAsync(HandshakeHello hello)
    {
        await SendAsync(hello.ToBytes());
        var bytes = new byte[HandshakeAnswer.Size];
        for (var filled = 0; filled < bytes.Length;)
        {
            var count = await _socket.ReceiveAsync(bytes.AsMemory(filled)).AsTask().WaitAsync(SafetyLimit);
            Assert.That(count, Is.Positive, "The connection was closed without an answer.");
            filled += count;
        }

        Assert.That(HandshakeAnswer.TryParse(bytes, out var answer), Is.True);
        return answer;
    }

    public void FinishSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Waits until the other side closes.</summary>
    /// <returns>How many bytes it sent before.</returns>
    public async Task<int> ClosedAsync()
    {
        var buffer = new byte[256];
        var total = 0;
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory()).AsTask().WaitAsync(SafetyLimit) is var count and > 0)
            {
                total += count;
            }
        }
        catch (SocketException)
        {
            // A reset closes as well.
        }

        return total;
    }

    public void Dispose() => _socket.Dispose();
}
