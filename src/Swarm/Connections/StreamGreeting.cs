using System.Buffers.Binary;
using System.Security.Cryptography;
using Consensus.Cryptography;
using Consensus.Swarm.Wire;

namespace Consensus.Swarm.Connections;

/// <summary>How the two ends of a connection show each other that they have the swarm's key (the README has the bytes). Immutable; safe to share between threads.</summary>
internal sealed class StreamGreeting(NodeId self, SwarmKey key, ClusterId swarm)
{
    private const int HelloSize = 32;
    private const int AnswerSize = 36;
    private const int NumberSize = 16;
    private const int ProofSize = 16;
    private const uint Format = 0x47535701;

    private readonly byte[] _key = key.ForHandshakes(swarm);
    private readonly uint _tag = SwarmTag.Of(swarm);

    private static ReadOnlySpan<byte> AnswerPurpose => "answer"u8;

    private static ReadOnlySpan<byte> FinishPurpose => "finish"u8;

    private static ReadOnlySpan<byte> KeysPurpose => "keys"u8;

    /// <summary>Greets as the end that dialled.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="wanted">Who is to be there; <see cref="NodeId.None"/> if anybody will do.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StreamRefusedException">Somebody else is there.</exception>
    /// <exception cref="IOException">The connection ended.</exception>
    public async ValueTask<StreamPeer> DialledAsync(Stream stream, NodeId wanted, CancellationToken cancellationToken)
    {
        var said = new byte[HelloSize + AnswerSize];
        BinaryPrimitives.WriteUInt32BigEndian(said, Format);
        BinaryPrimitives.WriteUInt32BigEndian(said.AsSpan(4), _tag);
        BinaryPrimitives.WriteUInt32BigEndian(said.AsSpan(8), self.Value);
        BinaryPrimitives.WriteUInt32BigEndian(said.AsSpan(12), wanted.Value);
        RandomNumberGenerator.Fill(said.AsSpan(16, NumberSize));
        await stream.WriteAsync(said.AsMemory(0, HelloSize), cancellationToken).ConfigureAwait(false);
        await stream.ReadExactlyAsync(said.AsMemory(HelloSize), cancellationToken).ConfigureAwait(false);
        if (!Proves(AnswerPurpose, said.AsSpan(0, HelloSize + AnswerSize - ProofSize), said.AsSpan(HelloSize + AnswerSize - ProofSize)))
        {
            throw new StreamRefusedException("does not have the key of this swarm");
        }

        var peer = new NodeId(BinaryPrimitives.ReadUInt32BigEndian(said.AsSpan(HelloSize)));
        if (peer == self || (wanted != NodeId.None && peer != wanted))
        {
            throw new StreamRefusedException(peer == self ? "is this node" : $"is node {peer}, not node {wanted}");
        }

        var finish = new byte[ProofSize];
        Prove(FinishPurpose, said, finish);
        await stream.WriteAsync(finish, cancellationToken).ConfigureAwait(false);
        return PeerOf(peer, said, isDialler: true);
    }

    /// <summary>Greets as the end that was dialled.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StreamRefusedException">Whoever dialled is no member of this swarm, or wants somebody else.</exception>
    /// <exception cref="IOException">The connection ended.</exception>
    public async ValueTask<StreamPeer> AcceptedAsync(Stream stream, CancellationToken cancellationToken)
    {
        var said = new byte[HelloSize + AnswerSize];
        await stream.ReadExactlyAsync(said.AsMemory(0, HelloSize), cancellationToken).ConfigureAwait(false);
        var peer = Judge(said);
        BinaryPrimitives.WriteUInt32BigEndian(said.AsSpan(HelloSize), self.Value);
        RandomNumberGenerator.Fill(said.AsSpan(HelloSize + sizeof(uint), NumberSize));
        Prove(AnswerPurpose, said.AsSpan(0, HelloSize + AnswerSize - ProofSize), said.AsSpan(HelloSize + AnswerSize - ProofSize));
        await stream.WriteAsync(said.AsMemory(HelloSize), cancellationToken).ConfigureAwait(false);
        var finish = new byte[ProofSize];
        await stream.ReadExactlyAsync(finish, cancellationToken).ConfigureAwait(false);
        return Proves(FinishPurpose, said, finish) ? PeerOf(peer, said, isDialler: false) : throw new StreamRefusedException("does not have the key of this swarm");
    }

    private NodeId Judge(ReadOnlySpan<byte> hello)
    {
        var peer = new NodeId(BinaryPrimitives.ReadUInt32BigEndian(hello[8..]));
        if (BinaryPrimitives.ReadUInt32BigEndian(hello) != Format)
        {
            throw new StreamRefusedException("does not speak as a swarm does");
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(hello[4..]) != _tag)
        {
            throw new StreamRefusedException("is of another swarm");
        }

        return peer != NodeId.None ? peer : throw new StreamRefusedException("has no number");
    }

    private void Prove(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> said, Span<byte> proof)
    {
        Span<byte> proofKey = stackalloc byte[Blake3.KeySize];
        Blake3.KeyedHash(_key, purpose, proofKey);
        Blake3.KeyedHash(proofKey, said, proof);
    }

    private bool Proves(ReadOnlySpan<byte> purpose, ReadOnlySpan<byte> said, ReadOnlySpan<byte> proof)
    {
        Span<byte> right = stackalloc byte[ProofSize];
        Prove(purpose, said, right);
        return CryptographicOperations.FixedTimeEquals(right, proof);
    }

    private StreamPeer PeerOf(NodeId peer, ReadOnlySpan<byte> said, bool isDialler)
    {
        Span<byte> keys = stackalloc byte[2 * Blake3.KeySize];
        Prove(KeysPurpose, said, keys);
        var dialler = new FrameSeal(keys[..Blake3.KeySize].ToArray());
        var answerer = new FrameSeal(keys[Blake3.KeySize..].ToArray());
        return isDialler ? new StreamPeer(peer, dialler, answerer) : new StreamPeer(peer, answerer, dialler);
    }
}
