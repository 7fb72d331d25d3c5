using System.Buffers.Binary;

namespace Consensus.Cryptography;

/// <summary>What became of a request, as a replica answers for it with its signature.</summary>
/// <param name="Request">The session and the number.</param>
/// <param name="IsApplied">Whether the state machine applied the command; otherwise it rejected it.</param>
/// <param name="Index">The entry of the log at which that was.</param>
/// <param name="Command">The BLAKE3 digest of the command, without its envelope. A number in a session belongs to the first command that is committed with it, whoever sent that.</param>
/// <param name="Result">The state machine's answer in its own encoding.</param>
/// <remarks>
/// <para>Signed as a <see cref="Statement"/> of kind <see cref="StatementKind.Reply"/> with the session as its view and the number as its sequence. Its hash is BLAKE3 over, big-endian:</para>
/// <code>
/// "consensus-reply1" 16, outcome 1 (1 applied, 2 rejected), index 8, digest of the command 32, digest of the result 32
/// </code>
/// <para>Immutable and safe to share between threads.</para>
/// </remarks>
public sealed record ReplyContent(RequestId Request, bool IsApplied, LogIndex Index, Digest Command, ReadOnlyMemory<byte> Result)
{
    private const int TagSize = 16;

    /// <summary>What is signed.</summary>
    /// <param name="domain">The cluster and the epoch.</param>
    public Statement ToStatement(in SigningDomain domain)
    {
        Span<byte> bytes = stackalloc byte[TagSize + sizeof(byte) + sizeof(ulong) + (2 * Digest.Size)];
        "consensus-reply1"u8.CopyTo(bytes);
        bytes[TagSize] = (byte)(IsApplied ? 1 : 2);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[(TagSize + 1)..], Index.Value);
        Command.CopyTo(bytes[(TagSize + 9)..]);
        Blake3.Hash(Result.Span).CopyTo(bytes[(TagSize + 9 + Digest.Size)..]);
        return new Statement(domain, StatementKind.Reply, new ViewNumber(Request.Client.Value), new SequenceNumber(Request.Sequence), Blake3.Hash(bytes));
    }
}
