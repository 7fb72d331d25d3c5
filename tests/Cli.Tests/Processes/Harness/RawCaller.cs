using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Consensus.Cli.Tests.Processes.Harness;

/// <summary>Somebody who connects to a node's port for other nodes and says whatever they like.</summary>
internal sealed class RawCaller : IDisposable
{
    private const int AnswerBytes = 16;

    /// <summary>Never asserted on: how long a test that fails may take to say so.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly Socket _socket;

    private RawCaller(Socket socket) => _socket = socket;

    public static async Task<RawCaller> ConnectAsync(IPEndPoint address)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address);
        return new RawCaller(socket);
    }

    /// <summary>A greeting as the README of the transport lays it out, written from there and not by the transport's code.</summary>
    public static byte[] Hello(Guid cluster, uint sender, uint receiver, ushort oldest = 1, ushort newest = 1)
    {
        var hello = new byte[32];
        Encoding.ASCII.GetBytes("CFT1", hello);
        BinaryPrimitives.WriteUInt16BigEndian(hello.AsSpan(4), oldest);
        BinaryPrimitives.WriteUInt16BigEndian(hello.AsSpan(6), newest);
        cluster.TryWriteBytes(hello.AsSpan(8), bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32BigEndian(hello.AsSpan(24), sender);
        BinaryPrimitives.WriteUInt32BigEndian(hello.AsSpan(28), receiver);
        return hello;
    }

    /// <summary>Sends as much as the node still takes.</summary>
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
            // It closed, which is what the test then looks at.
        }
    }

    /// <summary>Greets, and returns the reason for which the node refuses; 0: it does not.</summary>
    public async Task<int> GreetAsync(byte[] hello)
    {
        await SendAsync(hello);
        var answer = new byte[AnswerBytes];
        for (var filled = 0; filled < answer.Length;)
        {
            var count = await _socket.ReceiveAsync(answer.AsMemory(filled)).AsTask().WaitAsync(Deadline);
            Assert.That(count, Is.Positive, "closed without an answer");
            filled += count;
        }

        return BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(4));
    }

    /// <summary>Waits until the node closes the connection.</summary>
    public async Task ClosedAsync()
    {
        var buffer = new byte[256];
        try
        {
            while (await _socket.ReceiveAsync(buffer.AsMemory()).AsTask().WaitAsync(Deadline) > 0)
            {
                // What it says before does not matter.
            }
        }
        catch (SocketException)
        {
            // A reset closes as well.
        }
    }

    public void Dispose() => _socket.Dispose();
}
