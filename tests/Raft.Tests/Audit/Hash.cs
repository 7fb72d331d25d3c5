namespace Consensus.Raft.Tests.Audit;

/// <summary>Hashes that a reader can tell apart.</summary>
internal static class Hash
{
    public static Digest Of(byte content) => new(Enumerable.Repeat(content, Digest.Size).ToArray());
}
