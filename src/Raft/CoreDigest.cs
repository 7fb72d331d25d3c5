using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Raft.Replication;

namespace Consensus.Raft;

/// <summary>A digest of everything that decides what a core does next, for checks of determinism.</summary>
internal static class CoreDigest
{
    public static Digest Of(RaftState state, ReadOnlySpan<Progress> members, Ticks deadline)
    {
        var hasher = new Blake3Hasher();
        Span<byte> bytes = stackalloc byte[Digest.Size];
        Add(state.Term.Value, bytes);
        Add(state.VotedFor.Value, bytes);
        Add((ulong)state.Role, bytes);
        Add(state.Leader.Value, bytes);
        Add(state.Commit.Value, bytes);
        Add(state.Log.DurableIndex.Value, bytes);
        Add(state.Log.Base.Index.Value, bytes);
        Add((ulong)deadline.Value, bytes);
        state.Log.Last.Chain.CopyTo(bytes);
        hasher.Update(bytes);
        hasher.Update(MembershipCodec.Encode(state.Membership));
        foreach (var member in members)
        {
            Add(member.Id.Value, bytes);
            Add((ulong)member.State, bytes);
            Add(member.Match.Value, bytes);
            Add(member.Next.Value, bytes);
            Add(member.RoundAnswered, bytes);
        }

        return hasher.Finalize();

        void Add(ulong value, Span<byte> buffer)
        {
            BinaryPrimitives.WriteUInt64BigEndian(buffer, value);
            hasher.Update(buffer[..8]);
        }
    }
}
