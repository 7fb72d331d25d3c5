using System.Buffers;
using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Hybrid;

/// <summary>Who is to belong to the next epoch, if others than to this one: all of them, as an operator has ordered it.</summary>
/// <remarks>Immutable. In the order of the ids, so that there is one form for each.</remarks>
public sealed class NextMembers : IEquatable<NextMembers>
{
    /// <summary>How long an address is at most, in characters.</summary>
    public const int AddressMax = 255;

    private readonly byte[] _bytes;

    private NextMembers(ImmutableArray<EpochMember> members)
    {
        Members = members;
        _bytes = ToBytes(members);
    }

    /// <summary>The members, in the order of their ids.</summary>
    public ImmutableArray<EpochMember> Members { get; }

    /// <summary>Lists them.</summary>
    /// <param name="members">All of them, in any order. Whether they may follow is known where the order ends an epoch (<see cref="SealOrder.DefectIn"/>).</param>
    public static NextMembers Of(IEnumerable<EpochMember> members) => new([.. members.OrderBy(member => member.Id)]);

    /// <summary>What is wrong with them as those that follow the members of an epoch, as far as that is known to somebody who has no more of it than this; nothing, if nothing is.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="present">Its members.</param>
    /// <param name="operators">The keys of those whose word is to end the epoch to which they belong, as far as they are known.</param>
    public string? DefectAfter(Epoch epoch, SignerSet present, IReadOnlyCollection<PublicKey> operators)
    {
        if (Members.FirstOrDefault(member => member.Address.Length is 0 or > AddressMax) is { Address: not null } homeless)
        {
            return $"The address of node {homeless.Id} has {homeless.Address.Length} characters; allowed: 1 to {AddressMax}.";
        }

        if (Members.GroupBy(member => member.Address, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } shared)
        {
            return $"Nodes {string.Join(", ", shared.Select(member => member.Id))} have the same address {shared.Key}; each needs its own.";
        }

        if (Members.FirstOrDefault(member => operators.Contains(member.Key)) is { Address: not null } twofold)
        {
            return $"The key of node {twofold.Id} is an operator's; whoever orders must be no member.";
        }

        var stay = 0;
        foreach (var member in Members)
        {
            var place = present.IndexOf(member.Id);
            if (place >= 0 && present.KeyAt(place) != member.Key)
            {
                return $"Node {member.Id} belongs to epoch {epoch.Value} with another key; a new key needs a new id.";
            }

            stay += place >= 0 ? 1 : 0;
        }

        SignerSet signers;
        try
        {
            signers = ToSigners();
        }
        catch (ConsensusException exception)
        {
            return exception.Message;
        }

        var needed = (2 * signers.FaultsMax) + 1;
        return stay >= needed ? null
            : $"Of the {signers.Count} members that are to follow {stay} belong to epoch {epoch.Value}; at least {needed} must, for the others have to get the state from so many that it does not matter if {signers.FaultsMax} of these lie. Change fewer at once.";
    }

    /// <summary>Who signs for the epoch.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: there are too few, or two have the same id or key.</exception>
    public SignerSet ToSigners() => SignerSet.Create(Members.Select(member => new MemberKey(member.Id, member.Key)), faultsTolerated: 1);

    /// <summary>The group as callers and transports see it.</summary>
    public ClusterMembership ToMembership() => new([.. Members.Select(member => new Member(member.Id, member.Address))], []);

    /// <inheritdoc/>
    public bool Equals(NextMembers? other) => other is not null && _bytes.AsSpan().SequenceEqual(other._bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NextMembers);

    /// <inheritdoc/>
    public override int GetHashCode() => Members.Length;

    /// <summary>Writes them.</summary>
    internal void Write(ref MessagePackWriter writer) => writer.Write(_bytes);

    /// <summary>Reads them. Whether they may be members is not looked at.</summary>
    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    /// <exception cref="MessagePackSerializationException">The bytes are not what MessagePack allows in their place.</exception>
    internal static NextMembers Read(ref MessagePackReader outer)
    {
        var reader = new MessagePackReader(WireFields.ReadBytes(ref outer));
        var members = ImmutableArray.CreateBuilder<EpochMember>();
        for (var left = WireFields.ReadCount(ref reader, PublicKey.Size + 4); left > 0; left--)
        {
            var member = new EpochMember(new NodeId(reader.ReadUInt32()), EpochDescriptor.ReadKey(ref reader), reader.ReadString() ?? "");
            if (members.Count > 0 && member.Id <= members[^1].Id)
            {
                throw new MessageFormatException($"Node {member.Id} is listed after node {members[^1].Id}; ids must grow.");
            }

            members.Add(member);
        }

        return reader.End && members.Count <= SignerSet.MembersMax
            ? new NextMembers(members.ToImmutable())
            : throw new MessageFormatException($"A list of members has {members.Count}, and bytes behind them or more than {SignerSet.MembersMax}.");
    }

    private static byte[] ToBytes(ImmutableArray<EpochMember> members)
    {
        Span<byte> key = stackalloc byte[PublicKey.Size];
        var buffer = new ArrayBufferWriter<byte>(512);
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(members.Length);
        foreach (var member in members)
        {
            writer.Write(member.Id.Value);
            member.Key.CopyTo(key);
            writer.Write(key);
            writer.Write(member.Address);
        }

        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
