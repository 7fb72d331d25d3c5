using System.Buffers;
using System.Text.Json.Nodes;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Hybrid.Messages;
using Consensus.Storage.Files;
using Consensus.Transport;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.Hosting.Tests.Telemetry;

/// <summary>Node 4 of a hybrid group in this process: whomever it is connected to it shows that it has signed two histories, and what is no message at all.</summary>
internal sealed class LyingNode : ITransportReceiver, IAsyncDisposable
{
    private static readonly NodeId Self = new(4);

    private readonly Lock _gate = new();
    private readonly InProcessTransport _transport;
    private readonly Frame _proof;

    private LyingNode(Cluster cluster, byte[] proof)
    {
        _transport = cluster.Network.CreateTransport(Self, new FrameCodec());
        _proof = new Frame(proof);
    }

    /// <summary>Joins the group, whose other nodes run.</summary>
    public static async Task<LyingNode> StartAsync(Cluster cluster, JsonObject section, CancellationToken cancellationToken)
    {
        var node = new LyingNode(cluster, ProofAgainstItself(cluster, section));
        await node._transport.StartAsync(node, cancellationToken);
        node._transport.SetPeers([.. cluster[1].Status.Membership.Members.Where(member => member.Id != Self)]);
        return node;
    }

    public ValueTask<bool> OnFrameAsync(NodeId from, FrameBuffer frame, CancellationToken cancellationToken)
    {
        frame.Dispose();
        return new ValueTask<bool>(true);
    }

    public void OnConnectionChanged(NodeId peer, bool isConnected)
    {
        if (!isConnected)
        {
            return;
        }

        // Several connections may come up at once, and a transport is used by one thread at a time.
        lock (_gate)
        {
            _transport.Send(peer, _proof);
            _transport.Send(peer, new Frame([0xC1]));
            _transport.Flush();
        }
    }

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    private static byte[] ProofAgainstItself(Cluster cluster, JsonObject section)
    {
        var (epoch, running) = (cluster[1].Status.Epoch, cluster[1].Status.RunningEpoch!);
        using var key = SigningKeyFile.Open(section["SigningKeyFile"]!.GetValue<string>(), Ed25519.Load());
        if (!EquivocationEvidence.TryCreate(Say("one"u8), Say("other"u8), out var evidence, out var defect))
        {
            throw new AssertionException(defect.Detail);
        }

        using var host = cluster.Host(Self.Value, new MemoryFileSystem(), section);
        var bytes = new ArrayBufferWriter<byte>();
        host.Services.GetRequiredKeyedService<IEngine>("").Codec.Encode(new EvidenceNotice(new EpochTag(epoch, running.Id), evidence), bytes);
        return bytes.WrittenSpan.ToArray();

        SignedStatement Say(ReadOnlySpan<byte> history)
        {
            var statement = new Statement(new SigningDomain(running.Cluster, epoch, running.Id), StatementKind.RaftMark, new ViewNumber(1), new SequenceNumber(9), Blake3.Hash(history));
            return new SignedStatement(statement, Self, statement.Sign(key));
        }
    }

    private sealed record Frame(byte[] Bytes) : ProtocolMessage;

    private sealed class FrameCodec : IMessageCodec
    {
        public void Encode(ProtocolMessage message, IBufferWriter<byte> destination) => destination.Write(((Frame)message).Bytes);

        public ProtocolMessage Decode(ReadOnlyMemory<byte> frame) => throw new NotSupportedException("It listens to nobody.");
    }
}
