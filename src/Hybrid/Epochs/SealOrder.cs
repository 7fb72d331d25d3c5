using System.Buffers;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Hybrid;

/// <summary>
/// An operator's word that an epoch is to end, and what is to follow. It is ordered as a command is, by the protocol that it ends; the first one in the log that is valid ends the epoch there.
/// </summary>
/// <param name="Ends">The epoch: an order for another is void, so that none takes effect twice.</param>
/// <param name="Protocol">What is to follow; it may be the protocol that runs.</param>
/// <param name="Operator">Whose word it is.</param>
/// <param name="Signature">The operator's signature.</param>
/// <remarks>Immutable.</remarks>
public sealed record SealOrder(Digest Ends, EpochProtocol Protocol, PublicKey Operator, Signature Signature)
{
    /// <summary>Gives an order.</summary>
    /// <param name="ends">The epoch that is to end.</param>
    /// <param name="protocol">What is to follow.</param>
    /// <param name="signer">The operator's key.</param>
    public static SealOrder Give(EpochDescriptor ends, EpochProtocol protocol, ISigner signer) =>
        Give(ends.Domain, protocol, signer);

    /// <summary>Gives an order, by whoever knows of the epoch no more than its identity.</summary>
    /// <param name="ends">The epoch that is to end.</param>
    /// <param name="protocol">What is to follow.</param>
    /// <param name="signer">The operator's key.</param>
    public static SealOrder Give(in SigningDomain ends, EpochProtocol protocol, ISigner signer) =>
        new(ends.EpochId, protocol, signer.PublicKey, StatementOf(ends, protocol).Sign(signer));

    /// <summary>What is wrong with the order in an epoch; nothing, if it ends it. The same on every replica.</summary>
    /// <param name="current">The epoch.</param>
    /// <param name="verifier">Checks the signature.</param>
    public string? DefectIn(EpochDescriptor current, ISignatureVerifier verifier)
    {
        if (Ends != current.Id)
        {
            return $"It is about the epoch {Ends}; epoch {current.Number.Value} is {current.Id}.";
        }

        if (!current.Operators.Contains(Operator))
        {
            return $"{Operator} is none of the {current.Operators.Length} keys whose word ends an epoch.";
        }

        Span<byte> bytes = stackalloc byte[Statement.SignedSize];
        StatementOf(current.Domain, Protocol).CopyTo(bytes);
        return verifier.Verify(Operator, bytes, Signature) ? null : $"{Operator} did not sign it.";
    }

    /// <summary>The bytes of the order.</summary>
    public byte[] ToBytes()
    {
        Span<byte> key = stackalloc byte[PublicKey.Size];
        var buffer = new ArrayBufferWriter<byte>(160);
        var writer = new MessagePackWriter(buffer);
        WireFields.WriteDigest(ref writer, Ends);
        writer.Write((byte)Protocol);
        Operator.CopyTo(key);
        writer.Write(key);
        WireFields.WriteSignature(ref writer, Signature);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads an order.</summary>
    /// <returns>The order; nothing, if the bytes are none. Nothing is thrown for any bytes.</returns>
    public static SealOrder? TryRead(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new MessagePackReader(bytes);
            var ends = WireFields.ReadDigest(ref reader);
            var protocol = EpochDescriptor.ReadProtocol(ref reader);
            var key = WireFields.ReadBytes(ref reader);
            var signature = WireFields.ReadSignature(ref reader);
            return key.Length == PublicKey.Size && reader.End ? new SealOrder(ends, protocol, new PublicKey(key.Span), signature) : null;
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or MessageFormatException)
        {
            return null;
        }
    }

    private static Statement StatementOf(in SigningDomain ends, EpochProtocol protocol)
    {
        Span<byte> what = [(byte)protocol];
        return new Statement(ends, StatementKind.SealOrder, default, default, Blake3.Hash(what));
    }
}
