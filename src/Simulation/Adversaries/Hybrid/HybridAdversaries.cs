using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Hybrid;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Threat;
using Consensus.Raft.Messages;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Adversaries.Hybrid;

/// <summary>
/// Byzantine replicas that know the hybrid, and lie in ways that cost nothing in an epoch of Raft but a switch: they do what an honest one does, and more.
/// </summary>
internal static class HybridAdversaries
{
    private const double SeldomRate = 0.05;

    public static IReadOnlyDictionary<FaultKind, Func<IAdversary>> All { get; } = new Dictionary<FaultKind, Func<IAdversary>>
    {
        [FaultKind.Slander] = Slandering,
        [FaultKind.BadSignatures] = SigningBadly,
        [FaultKind.DoubleStatements] = SayingTwoThings,
        [FaultKind.ForgedSnapshots] = ForgingSnapshots,
        [FaultKind.AlteredEntries] = AlteringEntries,
    }.ToImmutableDictionary();

    /// <summary>It reports of everybody that he lies, again and again.</summary>
    public static ScriptedAdversary Slandering() => new ScriptedAdversary().WhenSending<EpochMessage>(static (replica, sent, message) =>
    {
        replica.Pass(sent);
        if (replica.Random.Chance(SeldomRate))
        {
            Slander(replica, message.Epoch);
        }
    });

    /// <summary>It sends everybody what is signed by nobody.</summary>
    public static ScriptedAdversary SigningBadly() => new ScriptedAdversary().WhenSending<EpochMessage>(static (replica, sent, message) =>
    {
        replica.Pass(sent);
        if (!replica.Random.Chance(SeldomRate))
        {
            return;
        }

        foreach (var peer in replica.Peers.ToArray())
        {
            var report = new ThreatReport(replica.Id, peer, ThreatLevel.Critical, replica.Random.NextUInt64() >> 1);
            replica.Send(peer, new ThreatNotice(message.Epoch, new SignedThreatReport(report, replica.Sign(StatementKind.Reply, default, default, replica.NextDigest()))));
        }
    });

    /// <summary>As leader of Raft it sends a state that it has made up, of bytes that have the checksum which it names, to whoever is so far behind that it needs one.</summary>
    public static ScriptedAdversary ForgingSnapshots() => new ScriptedAdversary().WhenSending<EpochMessage>(static (replica, sent, message) =>
    {
        // If it never sent what it has, whoever is behind would stay there as long as it leads: that is silence, which convicts nobody.
        if (message.Content is not SnapshotChunk chunk || replica.Random.Chance(0.5))
        {
            replica.Pass(sent);
            return;
        }

        var state = new byte[64];
        replica.NextDigest().CopyTo(state);
        var forged = chunk.Snapshot with { Length = state.Length, Checksum = Blake3.Hash(state) };
        replica.Send(sent.To, new EpochMessage(message.Epoch, chunk with { Snapshot = forged, Offset = 0, Data = state }));
    });

    /// <summary>
    /// It alters entries that others ask it for, and parts of states; and as leader of Raft it says that the entry before those that it sends is another one than it has sent, so that whoever looks takes nothing behind.
    /// </summary>
    public static ScriptedAdversary AlteringEntries() => new ScriptedAdversary()
        .WhenSending<EntriesAnswer>(static (replica, sent, answer) =>
        {
            if (answer.Entries.IsEmpty)
            {
                replica.Pass(sent);
                return;
            }

            var entries = answer.Entries.ToArray();
            ref var altered = ref entries[replica.Random.NextBelow((ulong)entries.Length)];
            altered = altered with { Payload = Altered(altered.Payload, replica) };
            replica.Send(sent.To, answer with { Entries = entries });
        })
        .WhenSending<StatePart>(static (replica, sent, part) =>
        {
            // If it never sent what it has, whoever asks would have to find somebody else: that is silence, which convicts nobody.
            if (part.Data.IsEmpty || replica.Random.Chance(0.5))
            {
                replica.Pass(sent);
                return;
            }

            replica.Send(sent.To, part with { Data = Altered(part.Data, replica) });
        })
        .WhenSending<EpochMessage>(static (replica, sent, message) =>
        {
            if (message.Content is AppendRequest append && append.Previous.Term == append.Term && replica.Random.Chance(SeldomRate))
            {
                replica.Send(sent.To, new EpochMessage(message.Epoch, append with { Previous = append.Previous with { Chain = replica.NextDigest() } }));
            }
            else
            {
                replica.Pass(sent);
            }
        });

    /// <summary>As leader it signs one history for every second peer, and another for the others; now and then it shows two ends of the epoch that it has signed.</summary>
    public static ScriptedAdversary SayingTwoThings() => new ScriptedAdversary()
        .WhenSending<MarkNotice>(static (replica, sent, mark) =>
        {
            if (mark.Leader != replica.Id || sent.To.Value % 2 == 0)
            {
                replica.Pass(sent);
                return;
            }

            var position = mark.Position with { Chain = replica.NextDigest() };
            var statement = new Statement(DomainOf(replica, mark.Epoch), StatementKind.RaftMark, new ViewNumber(position.Term.Value), new SequenceNumber(position.Index.Value), position.Chain);
            replica.Send(sent.To, mark with { Position = position, Signature = statement.Sign(replica.Signer) });
        })
        .WhenSending<EpochMessage>(static (replica, sent, message) =>
        {
            replica.Pass(sent);
            if (replica.Random.Chance(SeldomRate))
            {
                var place = new SequenceNumber(message.Epoch.Number.Next.Value);
                var (one, other) = (Said(replica, message.Epoch, place), Said(replica, message.Epoch, place));
                if (EquivocationEvidence.TryCreate(one, other, out var evidence, out _))
                {
                    replica.Send(sent.To, new EvidenceNotice(message.Epoch, evidence));
                }
            }
        });

    private static byte[] Altered(ReadOnlyMemory<byte> bytes, CorruptReplica replica)
    {
        byte[] altered = bytes.IsEmpty ? [0] : bytes.ToArray();
        altered[replica.Random.NextBelow((ulong)altered.Length)] ^= 1;
        return altered;
    }

    private static void Slander(CorruptReplica replica, in EpochTag epoch)
    {
        foreach (var accused in replica.Identity.Members.Members.Where(member => member.Id != replica.Id))
        {
            var report = new ThreatReport(replica.Id, accused.Id, ThreatLevel.Critical, (ulong)replica.Now.Ticks);
            var statement = new Statement(DomainOf(replica, epoch), StatementKind.ThreatReport, new ViewNumber(accused.Id.Value), new SequenceNumber(report.Version), report.Hash);
            foreach (var peer in replica.Peers.ToArray())
            {
                replica.Send(peer, new ThreatNotice(epoch, new SignedThreatReport(report, statement.Sign(replica.Signer))));
            }
        }
    }

    private static SignedStatement Said(CorruptReplica replica, in EpochTag epoch, SequenceNumber place)
    {
        var statement = new Statement(DomainOf(replica, epoch), StatementKind.EndReport, default, place, replica.NextDigest());
        return new SignedStatement(statement, replica.Id, statement.Sign(replica.Signer));
    }

    private static SigningDomain DomainOf(CorruptReplica replica, in EpochTag epoch) => new(replica.Identity.Cluster, epoch.Number, epoch.Id);
}
