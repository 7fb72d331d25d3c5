using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Threat;

namespace Consensus.Hybrid;

/// <summary>An epoch that is known here: what it is made of, its engine, and whose signatures count in it. Immutable; safe to use from any number of threads.</summary>
/// <param name="descriptor">What it is made of.</param>
/// <param name="engine">What orders its commands.</param>
/// <param name="verifier">Checks what its members have signed.</param>
/// <param name="signatures">Does the arithmetic of signatures.</param>
/// <param name="self">Whose knowledge it is.</param>
internal sealed class KnownEpoch(EpochDescriptor descriptor, IEngine engine, StatementVerifier verifier, ISignatureVerifier signatures, NodeId self)
{
    public EpochDescriptor Descriptor => descriptor;

    public IEngine Engine => engine;

    /// <summary>The members but for this replica.</summary>
    public IReadOnlyList<NodeId> Others { get; } = [.. descriptor.Members.Members.Select(member => member.Id).Where(id => id != self)];

    /// <summary>Whether this replica is a member.</summary>
    public bool IsMember => descriptor.Has(self);

    /// <summary>Does the arithmetic of signatures.</summary>
    public ISignatureVerifier Signatures => signatures;

    /// <summary>What callers are told of it.</summary>
    public EpochStatus Status { get; } = new(descriptor.Cluster, descriptor.Id, engine.Name)
    {
        Settings = EpochSettingNames.TextsOf(descriptor.Settings),
        Rules = EpochSettingNames.TextsOf(descriptor.Rules),
        OperatorKeys = [.. descriptor.Operators.Select(key => $"{key}")],
        MemberKeys = descriptor.Members.Members.ToImmutableSortedDictionary(member => member.Id, member => $"{member.Key}"),
    };

    /// <summary>Checks what the members have signed in this epoch.</summary>
    public StatementVerifier Verifier => verifier;

    /// <summary>What a member says that ends the epoch.</summary>
    public Statement Say(HandoverContent content) => new(verifier.Domain, StatementKind.Handover, default, content.Place, content.Hash);

    /// <summary>What a member says of a place up to which it has applied everything.</summary>
    public Statement Say(in FloorContent content) => new(verifier.Domain, StatementKind.Floor, default, content.Place, content.Hash);

    /// <summary>What a leader says about a place of its term that it has marked.</summary>
    public Statement Say(in LogPosition mark) => new(verifier.Domain, StatementKind.RaftMark, new ViewNumber(mark.Term.Value), new SequenceNumber(mark.Index.Value), mark.Chain);

    /// <summary>What a member says when it has ended the epoch, and what ends it is yet to be decided.</summary>
    public Statement Say(EndReport report) => new(verifier.Domain, StatementKind.EndReport, default, new SequenceNumber(descriptor.Number.Next.Value), report.Hash);

    /// <summary>What a member says about another one.</summary>
    public Statement Say(in ThreatReport report) => new(verifier.Domain, StatementKind.ThreatReport, new ViewNumber(report.Accused.Value), new SequenceNumber(report.Version), report.Hash);

    /// <summary>What is wrong with evidence in this epoch; nothing, if it convicts a member here.</summary>
    public string? DefectOf(EquivocationEvidence evidence) =>
        evidence.Domain != verifier.Domain ? $"The evidence is of epoch {evidence.Domain.Epoch.Value} of cluster {evidence.Domain.Cluster}; this is {verifier.Domain}."
        : EvidenceVerifier.Verify(evidence, descriptor.Members, signatures, out var defect) ? null
        : defect.Detail;

    /// <summary>Whether a member has said what a vote of its says.</summary>
    public bool IsSigned(NodeId member, FloorVote vote) => verifier.Verify(new SignedStatement(Say(vote.Content), member, vote.Signature));

    /// <summary>Whether a leader has signed for a place.</summary>
    public bool IsSigned(MarkNotice mark) => verifier.Verify(new SignedStatement(Say(mark.Position), mark.Leader, mark.Signature));

    /// <summary>Whether a member agrees to an order, as its answer says.</summary>
    public bool IsSigned(NodeId member, ReturnAnswer answer) => verifier.Verify(new SignedStatement(answer.Order.ConsentIn(verifier.Domain), member, answer.Consent));

    /// <summary>Whether a member has said what a vote of its says.</summary>
    public bool IsSigned(NodeId member, HandoverVote vote) => verifier.Verify(new SignedStatement(Say(vote.Content), member, vote.Signature));
}
