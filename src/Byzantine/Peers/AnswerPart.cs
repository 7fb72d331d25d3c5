using Consensus.Cryptography;

namespace Consensus.Byzantine;

/// <summary>Something in an answer: how many bytes it has, about, and what it costs whoever gives it. What answers cost is said here and nowhere else.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Cost">The bytes of the ration that it takes: its size, and as many more as could be sent in the time that it takes the loop beside.</param>
internal readonly record struct AnswerPart(long Bytes, long Cost)
{
    private const int SignatureBytes = 68;
    private const int MessageBytes = 128;

    // To read a block and to write it takes as long as so many bytes of a command, and the digest of a command as so many more: see the README of this project.
    private const int BlockTimeBytes = 8192;
    private const int CommandTimeBytes = 256;

    /// <summary>A vote, or anything else that has one signature, which was made before.</summary>
    public static AnswerPart Statement { get; } = OfBytes(MessageBytes);

    /// <summary>Bytes that need nothing but to be sent.</summary>
    public static AnswerPart OfBytes(long bytes) => new(bytes, bytes);

    /// <summary>So many signatures with what they are for.</summary>
    public static AnswerPart OfSignatures(int count) => OfBytes(MessageBytes + ((long)count * SignatureBytes));

    /// <summary>A certificate.</summary>
    public static AnswerPart Of(QuorumCertificate? certificate) => OfSignatures(certificate?.Signatures.Length ?? 0);

    /// <summary>A block. Also one without batches takes room and time.</summary>
    public static AnswerPart Of(Block block) => OfBlock(block.Bytes, block.CommandCount);

    /// <summary>A block of the log, without putting it together.</summary>
    public static AnswerPart Of(BlockLog log, SequenceNumber number) => OfBlock(log.BytesOf(number), log.CommandCountOf(number));

    /// <summary>Both.</summary>
    public static AnswerPart operator +(AnswerPart left, AnswerPart right) => new(left.Bytes + right.Bytes, left.Cost + right.Cost);

    private static AnswerPart OfBlock(long batches, int commands)
    {
        var bytes = batches + MessageBytes;
        return new AnswerPart(bytes, bytes + BlockTimeBytes + ((long)commands * CommandTimeBytes));
    }
}
