using System.Diagnostics.CodeAnalysis;

namespace Consensus.Cryptography;

/// <summary>Collects members' replies to one request until f+1 of them have signed the same: then one of them is correct, and it is so (Castro and Liskov, OSDI '99, section 4.1).</summary>
/// <remarks>Each member counts once, with the last that it has signed. Not safe to use from more than one thread.</remarks>
public sealed class ReplyTally
{
    private readonly SigningDomain _domain;
    private readonly SignerSet _members;
    private readonly ISignatureVerifier _signatures;
    private readonly RequestId _request;
    private readonly SortedDictionary<NodeId, (SignedReply Reply, Digest Statement)> _replies = [];

    /// <summary>Begins to collect.</summary>
    /// <param name="domain">The cluster and the epoch.</param>
    /// <param name="members">The members of that epoch.</param>
    /// <param name="signatures">What does the arithmetic.</param>
    /// <param name="request">The request that is asked about.</param>
    public ReplyTally(in SigningDomain domain, SignerSet members, ISignatureVerifier signatures, RequestId request)
    {
        _domain = domain;
        _members = members;
        _signatures = signatures;
        _request = request;
    }

    /// <summary>How many members must say the same: f+1.</summary>
    public int Needed => _members.WeakQuorum;

    /// <summary>The replies that count, one of each member, in the order of the members.</summary>
    public IReadOnlyList<SignedReply> Replies => [.. _replies.Values.Select(each => each.Reply)];

    /// <summary>What f+1 members say; <see langword="null"/> as long as no f+1 say the same.</summary>
    public ReplyContent? Agreed =>
        _replies.Values.GroupBy(each => each.Statement).FirstOrDefault(same => same.Count() >= Needed)?.First().Reply.Content;

    /// <summary>Takes a reply, if it is one of a member to this request.</summary>
    /// <param name="reply">The reply, from whomever.</param>
    /// <param name="defect">Why it counts for nothing, if so.</param>
    public bool TryAdd(SignedReply reply, [NotNullWhen(false)] out ProofDefect? defect)
    {
        ArgumentNullException.ThrowIfNull(reply);
        var statement = reply.Content.ToStatement(_domain);
        var index = _members.IndexOf(reply.Signer);
        defect = reply.Domain != _domain ? new ProofDefect(ProofDefectKind.OtherDomain, $"The reply is of {reply.Domain}; expected is {_domain}.")
            : reply.Content.Request != _request ? new ProofDefect(ProofDefectKind.OtherCommand, $"The reply is to {reply.Content.Request}; the question was about {_request}.")
            : index < 0 ? new ProofDefect(ProofDefectKind.UnknownSigner, $"Node {reply.Signer} is none of the {_members.Count} members.")
            : !statement.Verify(_signatures, _members.KeyAt(index), reply.Signature) ? new ProofDefect(
                ProofDefectKind.InvalidSignature, $"The signature is not one of node {reply.Signer}, whose public key is {_members.KeyAt(index)}.")
            : null;
        if (defect is not null)
        {
            return false;
        }

        _replies[reply.Signer] = (reply, statement.ComputeDigest());
        return true;
    }
}
