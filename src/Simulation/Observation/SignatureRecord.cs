using Consensus.Cryptography;

namespace Consensus.Simulation.Observation;

/// <summary>What each member's key has ever signed in a run, by whomever it was held. Kept beside the signers, so that no message can say otherwise.</summary>
internal sealed class SignatureRecord
{
    private readonly HashSet<(NodeId Member, Digest Signed)> _signed = [];

    /// <summary>Whether a member's key has signed a statement.</summary>
    public bool Has(NodeId member, in Statement statement) => _signed.Contains((member, statement.ComputeDigest()));

    /// <summary>The same signer, whose signatures are written down.</summary>
    public ISigner Watch(NodeId member, ISigner signer) => new WatchedSigner(this, member, signer);

    private sealed class WatchedSigner(SignatureRecord record, NodeId member, ISigner signer) : ISigner
    {
        public PublicKey PublicKey => signer.PublicKey;

        public Signature Sign(ReadOnlySpan<byte> message)
        {
            record._signed.Add((member, Blake3.Hash(message)));
            return signer.Sign(message);
        }
    }
}
