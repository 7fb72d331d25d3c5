using Consensus.Cryptography;

namespace Consensus.Hybrid;

/// <summary>Who has ended the epoch, and with what: counted until so many say the same that the next one begins.</summary>
internal sealed class HandoverVotes
{
    private readonly KnownEpoch _epoch;
    private readonly VoteCollector _votes;
    private readonly Dictionary<Digest, HandoverContent> _contents = [];

    public HandoverVotes(KnownEpoch epoch)
    {
        _epoch = epoch;
        _votes = new VoteCollector(epoch.Verifier, StatementKind.Handover, default, new SequenceNumber(epoch.Descriptor.Number.Next.Value), epoch.Descriptor.Members.Quorum);
    }

    /// <summary>What begins the next epoch, once enough members have said the same.</summary>
    public HandoverCertificate? Certificate { get; private set; }

    /// <summary>What so many have said that one of them does not lie; nothing, as long as there are fewer.</summary>
    public HandoverContent? Believed { get; private set; }

    /// <summary>Counts what a member says.</summary>
    /// <returns>What convicts it, if it has said something else before.</returns>
    public ConflictingVotes? Add(NodeId member, HandoverContent content, in Signature signature)
    {
        if (content.Next.Parent != _epoch.Descriptor.Id || content.Next.Number != _epoch.Descriptor.Number.Next)
        {
            return null;
        }

        var hash = content.Hash;
        var result = _votes.Add(member, hash, signature, out var conflict);
        if (result is not (VoteResult.Counted or VoteResult.Completed))
        {
            return conflict;
        }

        _contents.TryAdd(hash, content);
        if (_votes.CountOf(hash) >= _epoch.Descriptor.Members.WeakQuorum)
        {
            Believed ??= content;
        }

        if (_votes.Certificate is { } certificate)
        {
            Certificate ??= CertificateOf(_contents[certificate.Statement.Hash], certificate);
        }

        return conflict;
    }

    private HandoverCertificate CertificateOf(HandoverContent content, QuorumCertificate signatures)
    {
        var members = _epoch.Descriptor.Members;
        return new HandoverCertificate(content, signatures) { Leaving = content.Next.Members.Hash == members.Hash ? null : members };
    }
}
