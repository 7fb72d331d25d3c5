using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Adversaries;

/// <summary>What a Byzantine replica of an engine with certified snapshots may tell somebody who needs one.</summary>
internal static class SnapshotLies
{
    private const double LiesRate = 0.7;

    private static readonly byte[] Invention = [.. Enumerable.Range(0, 100).Select(static i => (byte)i)];

    private static readonly Digest InventionHash = Blake3.Hash(Invention);

    /// <summary>
    /// Shows snapshots that nobody has, newer than all others, with signatures that are none; shows those that it has with other contents or another's certificate; sends wrong parts, parts without
    /// proof, or none; and says of its own that it is another.
    /// </summary>
    public static ScriptedAdversary AboutSnapshots()
    {
        SnapshotDescriptor? heard = null;
        return new ScriptedAdversary()
            .WhenReceiving<SnapshotVote>((_, _, vote) => heard = vote.Snapshot)
            .WhenReceiving<SnapshotRequest>((replica, sent, _) =>
            {
                if (heard is not null)
                {
                    replica.Send(sent.From, new SnapshotOffer(Forged(replica, Invented(heard))));
                }
            })
            .WhenReceiving<SnapshotPartRequest>(static (replica, sent, request) =>
            {
                if (request.Checksum == InventionHash)
                {
                    replica.Send(sent.From, new SnapshotPart(request.Index, request.Offset, Invention, default));
                }
            })
            .WhenSending<SnapshotVote>(static (replica, sent, vote) => replica.Send(sent.To, replica.Random.Chance(LiesRate) ? Signed(replica, vote) : vote))
            .WhenSending<SnapshotOffer>(static (replica, sent, offer) => replica.Send(sent.To, replica.Random.Chance(LiesRate) ? Changed(replica, offer) : offer))
            .WhenSending<SnapshotPart>(static (replica, sent, part) => replica.Send(sent.To, replica.Random.Chance(LiesRate) ? Changed(replica, part) : part));
    }

    /// <summary>A snapshot that looks newer than one that there is, and has bytes that this replica can send.</summary>
    private static SnapshotDescriptor Invented(SnapshotDescriptor snapshot) => snapshot with
    {
        Position = new LogPosition(snapshot.Position.Index + 1000, new Term(snapshot.Position.Term.Value + 1000), InventionHash),
        StateHash = InventionHash,
        Length = Invention.Length,
        Checksum = InventionHash,
    };

    /// <summary>As good a certificate as one key can make.</summary>
    private static CertifiedSnapshot Forged(CorruptReplica replica, SnapshotDescriptor snapshot)
    {
        var members = replica.Identity.Members;
        var statement = new Statement(replica.Identity.Domain, StatementKind.Snapshot, ViewNumber.Zero, BlockLog.NumberOf(snapshot), CertifiedSnapshot.DigestOf(snapshot));
        var signature = statement.Sign(replica.Signer);
        var others = members.Members.Select(member => member.Id).Where(id => id != replica.Id).Take(members.WeakQuorum - 1);
        return new CertifiedSnapshot(
            snapshot, new QuorumCertificate(statement, [.. others.Append(replica.Id).OrderBy(id => id.Value).Select(id => new MemberSignature(id, signature))]));
    }

    private static SnapshotVote Signed(CorruptReplica replica, SnapshotVote vote)
    {
        var snapshot = replica.Random.NextBelow(2) == 0 ? vote.Snapshot with { StateHash = replica.NextDigest() } : vote.Snapshot with { Checksum = InventionHash, Length = Invention.Length };
        return vote with
        {
            Snapshot = snapshot,
            Signature = replica.Sign(StatementKind.Snapshot, ViewNumber.Zero, BlockLog.NumberOf(snapshot), CertifiedSnapshot.DigestOf(snapshot)),
        };
    }

    private static SnapshotOffer Changed(CorruptReplica replica, SnapshotOffer offer)
    {
        var (snapshot, certificate) = (offer.Snapshot.Snapshot, offer.Snapshot.Certificate);
        return new SnapshotOffer(replica.Random.NextBelow(3) switch
        {
            0 => Forged(replica, snapshot with { StateHash = InventionHash, Length = Invention.Length, Checksum = InventionHash }),
            1 => new CertifiedSnapshot(snapshot with { Length = Invention.Length, Checksum = InventionHash }, certificate),
            _ => new CertifiedSnapshot(Invented(snapshot), certificate),
        });
    }

    private static SnapshotPart Changed(CorruptReplica replica, SnapshotPart part)
    {
        var data = part.Data.ToArray();
        switch (replica.Random.NextBelow(5))
        {
            case 0 when data.Length > 0:
                data[replica.Random.NextBelow((ulong)data.Length)] ^= 1;
                return part with { Data = data };
            case 1:
                return part with { Data = data.AsMemory(0, data.Length / 2) };
            case 2:
                return part with { Proof = new byte[part.Proof.Length + Digest.Size] };
            case 3:
                return part with { Data = default };
            default:
                return part with { Data = Invention };
        }
    }
}
