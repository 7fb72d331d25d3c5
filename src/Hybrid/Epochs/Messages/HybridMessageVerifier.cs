using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>
/// What can be checked about a message without the state of a replica. What an engine of an epoch says of its own messages; and votes on a handover, as long as the epoch that they end is known here. Certificates are
/// checked by the core: only there it is known which epoch one follows.
/// </summary>
internal sealed class HybridMessageVerifier(EpochBook book) : IMessageVerifier
{
    /// <inheritdoc/>
    public MessageVerdict Verify(NodeId sender, ProtocolMessage message, out string? defect)
    {
        defect = null;
        if (HybridMessageCodec.TagOf(message) is { } tag && book.Find(tag) is { } spoken && !spoken.Descriptor.Has(sender))
        {
            // Who has left the group, or is yet to come, must not count among those of whom so many have said the same, whether it is signed or not.
            return MessageVerdict.Unneeded;
        }

        switch (message)
        {
            case EpochMessage { Content: { } content } m:
                return book.Find(m.Epoch)?.Engine.Verifier.Verify(sender, content, out defect) ?? MessageVerdict.Unneeded;
            case HandoverVote m when book.Find(m.Ends) is { } epoch:
                defect = epoch.IsSigned(sender, m) ? null : $"the signature of node {sender} is not valid for the handover behind entry {m.Content.Next.Start.Index}";
                return defect is null ? MessageVerdict.Accepted : MessageVerdict.Invalid;
            case FloorVote m when book.Find(m.Epoch) is { } epoch:
                defect = epoch.IsSigned(sender, m) ? null : $"the signature of node {sender} is not valid for the floor at entry {m.Content.Position.Index}";
                return defect is null ? MessageVerdict.Accepted : MessageVerdict.Invalid;
            case MarkNotice m when book.Find(m.Epoch) is { } epoch:
                defect = epoch.IsSigned(m) ? null : $"the signature of node {m.Leader} is not valid for the mark at entry {m.Position.Index}";
                return defect is null ? MessageVerdict.Accepted : MessageVerdict.Invalid;
            case FloorProof { Certificate: { } certificate } m when book.Find(m.Epoch) is { } epoch:
                defect = certificate.DefectIn(epoch);
                return defect is null ? MessageVerdict.Accepted : MessageVerdict.Invalid;
            case EndNotice { Cause: { } cause } m when book.Find(m.Epoch) is { } epoch:
                defect = cause.DefectIn(epoch);
                return defect is null ? MessageVerdict.Accepted : MessageVerdict.Invalid;
            case ReturnRequest m when book.Find(m.Epoch) is { } epoch:
                defect = m.Order.DefectIn(epoch.Descriptor, epoch.Signatures);
                return defect is null ? MessageVerdict.Accepted : MessageVerdict.Invalid;
            case ReturnAnswer { Obstacle.Length: 0 } m when book.Find(m.Epoch) is { } epoch:
                defect = epoch.IsSigned(sender, m) ? null : $"the signature of node {sender} is not valid for its consent";
                return defect is null ? MessageVerdict.Accepted : MessageVerdict.Invalid;
            case ThreatNotice m when book.Find(m.Epoch) is { } epoch:
                defect = m.Report.Content.Reporter == sender ? m.Report.DefectIn(epoch) : $"node {sender} sends what node {m.Report.Content.Reporter} reports; allowed: its own reports";
                return defect is null ? MessageVerdict.Accepted : MessageVerdict.Invalid;
            case EvidenceNotice m when book.Find(m.Epoch) is { } epoch:
                defect = epoch.DefectOf(m.Evidence);
                return defect is null ? MessageVerdict.Accepted : MessageVerdict.Invalid;
            default:
                return MessageVerdict.Accepted;
        }
    }
}
