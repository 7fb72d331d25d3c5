using System.Collections.Immutable;

namespace Consensus.Cryptography.Tests;

/// <summary>Proofs of four members (10, 20, 30, 40) with simulated keys.</summary>
internal static class ProofSamples
{
    public static FakeKeys Keys { get; } = new();

    public static SignerSet Members { get; } = Keys.Members(4);

    public static SigningDomain Domain { get; } = SigningDomain.Of(new ClusterId(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)), Epoch.Zero, Members);

    public static ReadOnlyMemory<byte> Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    /// <summary>The second command of the second batch.</summary>
    public static ProvenCommand Command()
    {
        ReadOnlyMemory<byte>[] others = [Bytes("x")];
        ReadOnlyMemory<byte>[] own = [Bytes("a"), Bytes("b"), Bytes("c")];
        ImmutableArray<Digest> batches = [ContentDigests.OfBatch(new NodeId(10), 4, others), ContentDigests.OfBatch(new NodeId(20), 7, own)];
        return new ProvenCommand(own[1], 1, [.. own.Select(command => Blake3.Hash(command.Span))], new NodeId(20), 7, 1, batches, new Timestamp(77));
    }

    public static CommitProof Pbft(params uint[] signers)
    {
        var command = Command();
        var statement = new Statement(Domain, StatementKind.PbftCommit, new ViewNumber(3), new SequenceNumber(9), command.ComputeBlockDigest()!.Value);
        return new CommitProof(command, [], Keys.Certify(statement, signers.Length > 0 ? signers : [10, 20, 40]));
    }

    /// <summary>The node of the block, and others after it, of the given views; the last one certified.</summary>
    public static CommitProof HotStuff(params ulong[] views)
    {
        var command = Command();
        var chain = ImmutableArray.CreateBuilder<ChainNode>();
        foreach (var view in views)
        {
            chain.Add(chain.Count == 0
                ? new ChainNode(new ViewNumber(view), new SequenceNumber(9), new ViewNumber(view - 1), FakeKeys.Hash(1), command.ComputeBlockDigest()!.Value, [new FailedLeader(new NodeId(30), 2)])
                : new ChainNode(new ViewNumber(view), chain[^1].Height.Next, chain[^1].View, ContentDigests.OfNode(chain[^1]), FakeKeys.Hash(chain.Count), []));
        }

        return new CommitProof(command, chain.ToImmutable(), Vote(chain[^1]));
    }

    public static QuorumCertificate Vote(in ChainNode node) =>
        Keys.Certify(new Statement(Domain, StatementKind.HotStuffVote, node.View, SequenceNumber.Zero, ContentDigests.OfNode(node)), 10, 20, 40);

    public static SignedReply Reply(uint signer, ReplyContent content, SigningDomain? domain = null)
    {
        var where = domain ?? Domain;
        return new SignedReply(content, where, new NodeId(signer), content.ToStatement(where).Sign(Keys.Signer(signer)));
    }
}
