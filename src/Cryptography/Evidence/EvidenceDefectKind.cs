namespace Consensus.Cryptography;

/// <summary>Why something is no evidence.</summary>
public enum EvidenceDefectKind
{
    /// <summary>The bytes or the text cannot be evidence: they end too early, go on too long, or are not in the one form that is allowed.</summary>
    Malformed,

    /// <summary>There is no statement of that kind.</summary>
    UnknownKind,

    /// <summary>A correct member may sign several statements of that kind.</summary>
    NotExclusive,

    /// <summary>The two statements are signed by two members.</summary>
    OtherSigner,

    /// <summary>The two statements are of two clusters or epochs, or of another cluster than was expected.</summary>
    OtherDomain,

    /// <summary>The two statements are of two kinds.</summary>
    OtherKind,

    /// <summary>The two statements are for two places, and so may differ.</summary>
    OtherPlace,

    /// <summary>The two statements say the same.</summary>
    NoContradiction,

    /// <summary>The signer is no member of the epoch.</summary>
    UnknownSigner,

    /// <summary>A signature that the signer did not give.</summary>
    InvalidSignature,
}
