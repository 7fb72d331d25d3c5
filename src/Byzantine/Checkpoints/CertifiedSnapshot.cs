using System.Buffers;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Byzantine;

/// <summary>A snapshot, and the certificate that it is one: f+1 members have said that theirs has these bytes, so a correct one has.</summary>
/// <param name="Snapshot">What it covers, and the hash of its bytes, by which each part of it can be checked alone.</param>
/// <param name="Certificate">The members' statements.</param>
internal sealed record CertifiedSnapshot(SnapshotDescriptor Snapshot, QuorumCertificate Certificate)
{
    /// <summary>The last block it covers.</summary>
    public SequenceNumber Number => BlockLog.NumberOf(Snapshot);

    /// <summary>What members sign of a snapshot: all that its descriptor says.</summary>
    public static Digest DigestOf(SnapshotDescriptor snapshot)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        buffer.Write("consensus-snaps1"u8);
        var writer = new MessagePackWriter(buffer);
        SnapshotDescriptorCodec.Write(ref writer, snapshot);
        writer.Flush();
        return Blake3.Hash(buffer.WrittenSpan);
    }
}
