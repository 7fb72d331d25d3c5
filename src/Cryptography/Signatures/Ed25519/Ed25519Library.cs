namespace Consensus.Cryptography;

/// <summary>A native library that computes Ed25519.</summary>
public enum Ed25519Library
{
    /// <summary>libsodium: the faster of the two, and taken if the machine has it.</summary>
    Sodium,

    /// <summary>libcrypto of OpenSSL 3, which .NET on Linux needs anyway.</summary>
    OpenSsl,
}
