using System.Buffers.Binary;

namespace Consensus.Cryptography;

/// <summary>What the owner of a session signs of each command, if the session was opened with his public key.</summary>
/// <remarks>
/// <para>
/// A <see cref="Statement"/> of kind <see cref="StatementKind.Request"/> with the session as its view and the number as its sequence. Its hash is BLAKE3 over, big-endian:
/// </para>
/// <code>
/// "consensus-reqst1" 16, acknowledged below 8, digest of the command 32
/// </code>
/// <para>
/// What is acknowledged is signed, too: whoever could change it could make the owner's next numbers useless. The epoch is that of no group, zero with an identity of zeros: a session and what was signed for it
/// outlive the membership in which it was opened, and the number of a session is never used again in its cluster.
/// </para>
/// </remarks>
public static class RequestStatement
{
    private const int TagSize = 16;

    /// <summary>The statement of one command.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="request">The session and the number.</param>
    /// <param name="acknowledgedBelow">The results of smaller numbers are no longer needed.</param>
    /// <param name="command">The BLAKE3 digest of the command as the state machine gets it.</param>
    public static Statement Of(ClusterId cluster, RequestId request, ulong acknowledgedBelow, in Digest command)
    {
        Span<byte> bytes = stackalloc byte[TagSize + sizeof(ulong) + Digest.Size];
        "consensus-reqst1"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[TagSize..], acknowledgedBelow);
        command.CopyTo(bytes[(TagSize + sizeof(ulong))..]);
        return new Statement(
            new SigningDomain(cluster, Epoch.Zero, default), StatementKind.Request, new ViewNumber(request.Client.Value), new SequenceNumber(request.Sequence), Blake3.Hash(bytes));
    }
}
