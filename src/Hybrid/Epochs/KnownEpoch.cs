using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid;

/// <summary>An epoch that is known here: what it is made of, its engine, and whose signatures count in it. Immutable; safe to use from any number of threads.</summary>
internal sealed class KnownEpoch(EpochDescriptor descriptor, IEngine engine, StatementVerifier verifier)
{
    public EpochDescriptor Descriptor => descriptor;

    public IEngine Engine => engine;

    /// <summary>What callers are told of it.</summary>
    public EpochStatus Status { get; } = new(descriptor.Cluster, descriptor.Id, engine.Name);

    /// <summary>Checks what the members have signed in this epoch.</summary>
    public StatementVerifier Verifier => verifier;

    /// <summary>What a member says that ends the epoch.</summary>
    public Statement Say(HandoverContent content) => new(verifier.Domain, StatementKind.Handover, default, content.Place, content.Hash);

    /// <summary>What a member says of a place up to which it has applied everything.</summary>
    public Statement Say(in FloorContent content) => new(verifier.Domain, StatementKind.Floor, default, content.Place, content.Hash);

    /// <summary>What a member says when it has ended the epoch, and what ends it is yet to be decided.</summary>
    public Statement Say(EndReport report) => new(verifier.Domain, StatementKind.EndReport, default, new SequenceNumber(descriptor.Number.Next.Value), report.Hash);

    /// <summary>Whether a member has said what a vote of its says.</summary>
    public bool IsSigned(NodeId member, FloorVote vote) => verifier.Verify(new SignedStatement(Say(vote.Content), member, vote.Signature));

    /// <summary>Whether a member has said what a vote of its says.</summary>
    public bool IsSigned(NodeId member, HandoverVote vote) => verifier.Verify(new SignedStatement(Say(vote.Content), member, vote.Signature));
}
