using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Storage.Tests.Snapshots;

internal static class Samples
{
    public const string Directory = "data/snapshots";

    public static ClusterId Cluster { get; } = new(new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"));

    public static ClusterMembership Membership { get; } = new(
        [new Member(new NodeId(1), "a:1"), new Member(new NodeId(2), "b:2", MemberRole.Learner), new Member(new NodeId(7), "ç:3")],
        [new NodeId(1), new NodeId(3)]);

    public static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static Digest Digest(string text) => Blake3.Hash(System.Text.Encoding.UTF8.GetBytes(text));

    public static LogPosition Position(ulong index, ulong term = 3) => new(new LogIndex(index), new Term(term), Digest($"chain {index} {term}"));

    public static SnapshotDescriptor Draft(ulong index, ulong term = 3) => new()
    {
        Epoch = new Epoch(2),
        Position = Position(index, term),
        Time = new Timestamp(1_700_000_000_000 + (long)index),
        Membership = Membership,
        StateHash = Digest($"state {index}"),
        Length = 0,
        Checksum = default,
    };

    /// <summary>What a peer that holds <paramref name="state"/> announces.</summary>
    public static SnapshotDescriptor Described(ulong index, byte[] state, ulong term = 3) =>
        Draft(index, term) with { Length = state.Length, Checksum = Blake3.Hash(state) };

    public static byte[] ReadAll(Stream stream)
    {
        using (stream)
        {
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return bytes.ToArray();
        }
    }
}
