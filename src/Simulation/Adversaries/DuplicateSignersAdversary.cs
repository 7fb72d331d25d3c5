using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Adversaries;

/// <summary>
/// Names one signer of a certificate in another one's place as well: whoever counts signatures, and not signers, believes it. Pitfall H6. As no certificate can be made that says so, it is
/// written into the message's bytes.
/// </summary>
/// <param name="certificatesOf">The certificates in a message.</param>
internal sealed class DuplicateSignersAdversary(Func<ProtocolMessage, IEnumerable<QuorumCertificate>> certificatesOf) : IAdversary
{
    private const double ChangesRate = 0.5;

    /// <inheritdoc/>
    public void OnSending(CorruptReplica replica, InterceptedMessage message)
    {
        var certificates = certificatesOf(message.Message).ToArray();
        if (certificates.Length == 0 || !replica.Random.Chance(ChangesRate))
        {
            replica.Pass(message);
            return;
        }

        var bytes = CertificateCodec.Encode(replica.Random.Any(certificates));
        var frame = message.Frame.ToArray();
        var statement = CertificateCodec.EncodedSize(signers: 0);
        var signer = CertificateCodec.EncodedSize(signers: 1) - statement;
        if (frame.AsSpan().IndexOf(bytes) is var at and >= 0)
        {
            frame.AsSpan(at + statement, signer).CopyTo(frame.AsSpan(at + statement + signer));
        }

        replica.Send(message.To, frame);
    }
}
