using System.Text;

namespace Consensus.Cryptography;

/// <summary>One signature, and whether it is valid.</summary>
/// <param name="Claim">What a library does that judges it rightly.</param>
/// <param name="Key">The public key, in hexadecimal digits.</param>
/// <param name="Message">The signed text.</param>
/// <param name="Signature">The signature, in hexadecimal digits.</param>
/// <param name="IsValid">Whether it is to be accepted.</param>
internal sealed record Ed25519Probe(string Claim, string Key, string Message, string Signature, bool IsValid)
{
    /// <summary>Whether the verdict is right.</summary>
    public bool Holds(ISignatureVerifier verifier) =>
        verifier.Verify(PublicKey.Parse(Key), Encoding.ASCII.GetBytes(Message), new Signature(Convert.FromHexString(Signature))) == IsValid;
}
