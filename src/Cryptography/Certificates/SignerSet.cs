using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Consensus.Cryptography;

/// <summary>The members of one epoch, in the order of their ids, with the keys that their signatures are checked with.</summary>
/// <remarks>Immutable and safe to share between threads. Ids and keys are distinct: a key that two members shared would count twice.</remarks>
public sealed class SignerSet
{
    /// <summary>How many members there are at most.</summary>
    public const int MembersMax = 4096;

    private readonly NodeId[] _ids;
    private readonly PublicKey[] _keys;

    private SignerSet(ImmutableArray<MemberKey> members)
    {
        Members = members;
        _ids = [.. members.Select(member => member.Id)];
        _keys = [.. members.Select(member => member.Key)];
        FaultsMax = ByzantineQuorum.FaultsMax(members.Length);
        Quorum = ByzantineQuorum.Size(members.Length);
        WeakQuorum = ByzantineQuorum.WeakSize(members.Length);
        Hash = ComputeHash(members);
    }

    /// <summary>The members in the order of their ids.</summary>
    public ImmutableArray<MemberKey> Members { get; }

    /// <summary>The number of members: n.</summary>
    public int Count => _ids.Length;

    /// <summary>How many faulty members are tolerated: f.</summary>
    public int FaultsMax { get; }

    /// <summary>How many members are a quorum: Q.</summary>
    public int Quorum { get; }

    /// <summary>How many members include a correct one: f + 1.</summary>
    public int WeakQuorum { get; }

    /// <summary>The digest of all ids and keys. Equal sets have equal hashes, in whatever order they were listed.</summary>
    public Digest Hash { get; }

    /// <summary>Makes a set.</summary>
    /// <param name="members">The members in any order.</param>
    /// <param name="faultsTolerated">How many faulty members it must tolerate: 1 or more for a Byzantine engine.</param>
    /// <exception cref="ConsensusException">The list is no such set; the message names every defect.</exception>
    public static SignerSet Create(IEnumerable<MemberKey> members, int faultsTolerated = 0)
    {
        var sorted = members.OrderBy(member => member.Id).ToImmutableArray();
        var defects = Defects(sorted, ByzantineQuorum.MembersMin(faultsTolerated), faultsTolerated).ToList();
        return defects.Count == 0
            ? new SignerSet(sorted)
            : throw new ConsensusException(ConsensusFailure.InvalidConfiguration, $"The members cannot sign for an epoch. {string.Join(' ', defects)}");
    }

    /// <summary>The place of a member in the order of ids, or a negative number if it is none.</summary>
    public int IndexOf(NodeId id) => Array.BinarySearch(_ids, id);

    /// <summary>The key of the member at a place.</summary>
    /// <param name="index">What <see cref="IndexOf"/> returned.</param>
    public ref readonly PublicKey KeyAt(int index) => ref _keys[index];

    private static IEnumerable<string> Defects(ImmutableArray<MemberKey> sorted, int membersMin, int faultsTolerated)
    {
        if (sorted.Length < membersMin)
        {
            yield return faultsTolerated == 0
                ? "At least 1 member is needed; none is listed."
                : $"To tolerate {faultsTolerated} Byzantine, at least {membersMin} members are needed; {sorted.Length} are listed.";
        }

        if (sorted.Length > MembersMax)
        {
            yield return $"At most {MembersMax} members are allowed; {sorted.Length} are listed.";
        }

        foreach (var member in sorted)
        {
            if (member.Id == NodeId.None)
            {
                yield return "A member has the id 0; ids begin at 1.";
            }

            if (member.Key.IsNone)
            {
                yield return $"Node {member.Id} has no public key.";
            }
        }

        foreach (var same in sorted.GroupBy(member => member.Id).Where(group => group.Count() > 1))
        {
            yield return $"Node {same.Key} is listed {same.Count()} times.";
        }

        foreach (var same in sorted.Where(member => !member.Key.IsNone).GroupBy(member => member.Key).Where(group => group.Select(member => member.Id).Distinct().Count() > 1))
        {
            yield return $"Nodes {string.Join(", ", same.Select(member => member.Id))} have the same public key {same.Key}; each needs its own.";
        }
    }

    private static Digest ComputeHash(ImmutableArray<MemberKey> members)
    {
        const int MemberSize = sizeof(uint) + PublicKey.Size;
        var tag = "consensus-keys-1"u8;
        var bytes = new byte[tag.Length + (members.Length * MemberSize)];
        tag.CopyTo(bytes);
        var rest = bytes.AsSpan(tag.Length);
        foreach (var member in members)
        {
            BinaryPrimitives.WriteUInt32BigEndian(rest, member.Id.Value);
            member.Key.CopyTo(rest[sizeof(uint)..]);
            rest = rest[MemberSize..];
        }

        return Blake3.Hash(bytes);
    }
}
