using System.Buffers;
using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Hybrid;

/// <summary>
/// An operator's word that an epoch is to end, and what is to follow; or a member's, where that is enough (<see cref="EpochRules"/>). It is ordered as a command is, by the protocol that it ends; the first one in the log that is valid ends the epoch there.
/// </summary>
/// <param name="Ends">The epoch: an order for another is void, so that none takes effect twice.</param>
/// <param name="Next">What is to follow.</param>
/// <param name="Operator">Whose word it is: the operator's key, or the member's.</param>
/// <param name="Signature">His signature.</param>
/// <remarks>
/// <para>Immutable.</para>
/// <para>An order that leads from an engine that survives liars back to Raft needs more than an operator's word: the consent of a quorum, of which each member has seen that it is quiet (<see cref="EscalationOptions"/>). Members give it when they are asked to carry the order out.</para>
/// </remarks>
public sealed record SealOrder(Digest Ends, NextEpoch Next, PublicKey Operator, Signature Signature)
{
    /// <summary>The form of an order's bytes; the first of them. Before 2 there was none.</summary>
    private const byte Format = 2;

    /// <summary>
    /// For how long members' consent counts, by the log's time: what it was quiet for may be over. No clock is asked, for they may be wrong; but the log's time stands still when nobody has a command, so whoever has agreed orders something when
    /// so much time has passed (<see cref="ReturnDesk"/>).
    /// </summary>
    internal static TimeSpan ConsentLife => TimeSpan.FromMinutes(1);

    /// <summary>The members that agree, and their signatures, in the order of their ids.</summary>
    internal ImmutableArray<(NodeId Member, Signature Signature)> Consents { get; init; } = [];

    /// <summary>The time that the log carried when they were asked; zero, if nobody was.</summary>
    internal Timestamp AskedAt { get; init; }

    /// <summary>The order as it was given, without what members have said to it.</summary>
    internal SealOrder Bare => this with { Consents = [], AskedAt = default };

    /// <summary>Gives an order.</summary>
    /// <param name="ends">The epoch that is to end.</param>
    /// <param name="next">What is to follow.</param>
    /// <param name="signer">The operator's key.</param>
    public static SealOrder Give(EpochDescriptor ends, NextEpoch next, ISigner signer) => Give(ends.Domain, next, signer);

    /// <summary>Gives an order, by whoever knows of the epoch no more than its identity.</summary>
    /// <param name="ends">The epoch that is to end.</param>
    /// <param name="next">What is to follow.</param>
    /// <param name="signer">The operator's key.</param>
    public static SealOrder Give(in SigningDomain ends, NextEpoch next, ISigner signer) => new(ends.EpochId, next, signer.PublicKey, StatementOf(ends, next).Sign(signer));

    /// <summary>What is wrong with the order in an epoch; nothing, if it ends it. The same on every replica.</summary>
    /// <param name="current">The epoch.</param>
    /// <param name="verifier">Checks the signature.</param>
    public string? DefectIn(EpochDescriptor current, ISignatureVerifier verifier)
    {
        if (Ends != current.Id)
        {
            return $"It is about the epoch {Ends}; epoch {current.Number.Value} is {current.Id}.";
        }

        if (!current.Operators.Contains(Operator) && !(Next.IsProtocolAlone && IsMembersWord(current) && current.HasMember(Operator)))
        {
            return $"{Operator} is none of the {current.Operators.Length} keys whose word ends an epoch.";
        }

        if (!NeedsConsent(current) && (AskedAt != default || !Consents.IsEmpty))
        {
            return "It says what members have said to it, and needs nobody's consent.";
        }

        Span<byte> bytes = stackalloc byte[Statement.SignedSize];
        StatementOf(current.Domain, Next).CopyTo(bytes);
        return verifier.Verify(Operator, bytes, Signature) ? Next.DefectAfter(current) : $"{Operator} did not sign it.";
    }

    /// <summary>Whether an epoch that has begun behind the one that the order ends is what it asks for.</summary>
    internal bool IsCarriedOutBy(EpochDescriptor next) => Ends == next.Parent && !Next.DifferencesFrom(next).Any();

    /// <summary>Whether the members have to agree to an order in an epoch: it leads back to Raft.</summary>
    internal bool NeedsConsent(EpochDescriptor current) => Next.Protocol == EpochProtocol.Raft && current.Protocol != EpochProtocol.Raft;

    /// <summary>What is wrong with the order where it is committed; nothing, if it ends the epoch. The same on every replica.</summary>
    /// <param name="current">The epoch.</param>
    /// <param name="at">The time that the log carries there.</param>
    /// <param name="verifier">Checks signatures.</param>
    internal string? DefectAsEndOf(EpochDescriptor current, Timestamp at, ISignatureVerifier verifier)
    {
        if (DefectIn(current, verifier) is { } defect)
        {
            return defect;
        }

        if (!NeedsConsent(current))
        {
            return null;
        }

        if (HasLapsedAt(at))
        {
            return $"Members were asked {at.UnixMilliseconds - AskedAt.UnixMilliseconds} ms before, by the log's time; their consent lasts for {DurationText.Format(ConsentLife)}.";
        }

        var signers = Consents.Select(consent => consent.Member).Distinct().Count();
        if (signers != Consents.Length || signers != current.Members.Quorum)
        {
            return $"It has the consent of {signers} members, in {Consents.Length} signatures; allowed: of {current.Members.Quorum}, once each.";
        }

        Span<byte> bytes = stackalloc byte[Statement.SignedSize];
        ConsentIn(current.Domain).CopyTo(bytes);
        foreach (var (member, signature) in Consents)
        {
            if (current.Members.IndexOf(member) is not (>= 0 and var index) || !verifier.Verify(current.Members.Members[index].Key, bytes, signature))
            {
                return $"Node {member} did not agree to it.";
            }
        }

        return null;
    }

    /// <summary>Whether members' consent counts no more.</summary>
    internal bool HasLapsedAt(Timestamp time) => time > ConsentedUntil;

    /// <summary>Up to when it counts, by the log's time.</summary>
    internal Timestamp ConsentedUntil => new(AskedAt.UnixMilliseconds + (long)ConsentLife.TotalMilliseconds);

    /// <summary>Whether a member's word is enough, by the group's rules: to escalate for a command, or to go back when a quorum agrees.</summary>
    private bool IsMembersWord(EpochDescriptor current) => current.Protocol == EpochProtocol.Raft
        ? current.Rules.EscalatesForCommands && Next.Protocol == current.Rules.EscalationTarget
        : current.Rules.ReturnsAlone && Next.Protocol == EpochProtocol.Raft;

    /// <summary>What a member signs that agrees to the order.</summary>
    internal Statement ConsentIn(in SigningDomain epoch) => new(epoch, StatementKind.ReturnConsent, default, new SequenceNumber(epoch.Epoch.Next.Value), Blake3.Hash((this with { Consents = [] }).ToBytes()));

    /// <summary>The bytes of the order.</summary>
    public byte[] ToBytes()
    {
        Span<byte> key = stackalloc byte[PublicKey.Size];
        var buffer = new ArrayBufferWriter<byte>(160);
        var writer = new MessagePackWriter(buffer);
        writer.Write(Format);
        WireFields.WriteDigest(ref writer, Ends);
        Next.Write(ref writer);
        Operator.CopyTo(key);
        writer.Write(key);
        WireFields.WriteSignature(ref writer, Signature);
        writer.Write(AskedAt.UnixMilliseconds);
        writer.WriteArrayHeader(Consents.Length);
        foreach (var (member, signature) in Consents)
        {
            writer.Write(member.Value);
            WireFields.WriteSignature(ref writer, signature);
        }

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
            if (reader.ReadByte() != Format)
            {
                return null;
            }

            var ends = WireFields.ReadDigest(ref reader);
            var next = NextEpoch.Read(ref reader);
            var key = WireFields.ReadBytes(ref reader);
            var signature = WireFields.ReadSignature(ref reader);
            var askedAt = new Timestamp(reader.ReadInt64());
            var consents = ImmutableArray.CreateBuilder<(NodeId Member, Signature Signature)>();
            for (var left = WireFields.ReadCount(ref reader, Signature.Size); left > 0; left--)
            {
                consents.Add((new NodeId(reader.ReadUInt32()), WireFields.ReadSignature(ref reader)));
            }

            return key.Length == PublicKey.Size && reader.End ? new SealOrder(ends, next, new PublicKey(key.Span), signature) { AskedAt = askedAt, Consents = consents.ToImmutable() } : null;
        }
        catch (Exception exception) when (exception is MessagePackSerializationException or MessageFormatException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public bool Equals(SealOrder? other) =>
        other is not null && Ends == other.Ends && Next == other.Next && Operator == other.Operator && Signature == other.Signature && AskedAt == other.AskedAt && Consents.SequenceEqual(other.Consents);

    /// <inheritdoc/>
    public override int GetHashCode() => Signature.GetHashCode();

    private static Statement StatementOf(in SigningDomain ends, NextEpoch next)
    {
        var what = new ArrayBufferWriter<byte>(64);
        var writer = new MessagePackWriter(what);
        next.Write(ref writer);
        writer.Flush();
        return new Statement(ends, StatementKind.SealOrder, default, default, Blake3.Hash(what.WrittenSpan));
    }
}
