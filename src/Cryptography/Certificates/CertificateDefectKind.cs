namespace Consensus.Cryptography;

/// <summary>Why a certificate is not accepted.</summary>
public enum CertificateDefectKind
{
    /// <summary>The bytes cannot be a certificate: they end too early, go on too long, or are not in the one form that is allowed.</summary>
    Malformed,

    /// <summary>There is no statement of that kind.</summary>
    UnknownKind,

    /// <summary>Fewer signers than the threshold.</summary>
    TooFewSigners,

    /// <summary>More signers than the threshold.</summary>
    TooManySigners,

    /// <summary>A signer twice.</summary>
    RepeatedSigner,

    /// <summary>Signers that are not in the order of their ids.</summary>
    UnsortedSigners,

    /// <summary>A signer that is no member of the epoch.</summary>
    UnknownSigner,

    /// <summary>A statement of another cluster or epoch.</summary>
    OtherDomain,

    /// <summary>A statement of another kind than was expected.</summary>
    OtherKind,

    /// <summary>A signature that its signer did not give.</summary>
    InvalidSignature,
}
