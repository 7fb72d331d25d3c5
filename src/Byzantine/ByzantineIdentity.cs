using Consensus.Cryptography;

namespace Consensus.Byzantine;

/// <summary>Who signs for a replica, and whose signatures count in its epoch. Immutable; safe to use from any number of threads.</summary>
public sealed class ByzantineIdentity
{
    private readonly ISigner _signer;

    /// <summary>Creates the identity of one member.</summary>
    /// <param name="self">The member.</param>
    /// <param name="signer">Its key.</param>
    /// <param name="verifier">The epoch's domain and members, and what has been verified already.</param>
    /// <exception cref="ConsensusException">
    /// <see cref="ConsensusFailure.InvalidConfiguration"/>: it is no member, the key is not the one that the others know, or there are fewer than 4 members.
    /// </exception>
    public ByzantineIdentity(NodeId self, ISigner signer, StatementVerifier verifier)
    {
        var members = verifier.Members;
        var index = members.IndexOf(self);
        if (members.FaultsMax < 1)
        {
            throw Invalid($"To tolerate one Byzantine replica, at least {ByzantineQuorum.MembersMin(1)} members are needed; there are {members.Count}.");
        }

        if (index < 0)
        {
            throw Invalid($"Node {self} is not among the members ({string.Join(", ", members.Members.Select(member => member.Id))}).");
        }

        if (members.KeyAt(index) != signer.PublicKey)
        {
            throw Invalid($"Node {self} signs with the key whose public half is {signer.PublicKey}; the members know it by {members.KeyAt(index)}.");
        }

        Self = self;
        Verifier = verifier;
        _signer = signer;
    }

    /// <summary>This replica.</summary>
    public NodeId Self { get; }

    /// <summary>Checks what others have signed.</summary>
    public StatementVerifier Verifier { get; }

    /// <summary>The members and their keys.</summary>
    public SignerSet Members => Verifier.Members;

    /// <summary>A statement of this epoch.</summary>
    public Statement Say(StatementKind kind, ViewNumber view, SequenceNumber sequence, Digest hash) => new(Verifier.Domain, kind, view, sequence, hash);

    /// <summary>Signs a statement of this epoch in this replica's name.</summary>
    public Signature Sign(StatementKind kind, ViewNumber view, SequenceNumber sequence, Digest hash) => Verifier.Sign(_signer, Say(kind, view, sequence, hash));

    /// <summary>Signs what became of a request in this replica's name.</summary>
    public SignedReply Sign(ReplyContent content) => new(content, Verifier.Domain, Self, content.ToStatement(Verifier.Domain).Sign(_signer));

    /// <summary>Whether a member has signed a statement of this epoch.</summary>
    public bool IsSigned(NodeId signer, StatementKind kind, ViewNumber view, SequenceNumber sequence, Digest hash, in Signature signature) =>
        Verifier.Verify(new SignedStatement(Say(kind, view, sequence, hash), signer, signature));

    private static ConsensusException Invalid(string message) => new(ConsensusFailure.InvalidConfiguration, message);
}
