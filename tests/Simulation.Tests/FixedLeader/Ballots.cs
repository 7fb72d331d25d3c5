using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Simulation.Tests.FixedLeader;

/// <summary>What is signed in a group.</summary>
internal sealed class Ballots(SimulatedProtocolContext context)
{
    private readonly SigningDomain _domain = new(context.Cluster, default, context.Members.Hash);

    public Statement Proposal(LogIndex index, Digest chain) => new(_domain, StatementKind.CommandBatch, default, new SequenceNumber(index.Value), chain);

    public Statement Vote(LogIndex index, Digest chain) => new(_domain, StatementKind.PbftCommit, default, new SequenceNumber(index.Value), chain);

    /// <summary>A request; its view tells it from a proposal.</summary>
    public Statement Request(EntryKind kind, Timestamp time, ReadOnlySpan<byte> payload) =>
        new(_domain, StatementKind.CommandBatch, new ViewNumber((ulong)kind + 1), new SequenceNumber((ulong)time.UnixMilliseconds), Blake3.Hash(payload));

    public bool IsValid(NodeId signer, Statement statement, Signature signature)
    {
        var place = context.Members.IndexOf(signer);
        return place >= 0 && statement.Verify(context.Verifier, context.Members.KeyAt(place), signature);
    }
}
