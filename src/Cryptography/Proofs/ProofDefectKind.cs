namespace Consensus.Cryptography;

/// <summary>Why something proves nothing.</summary>
public enum ProofDefectKind
{
    /// <summary>The text is none: it is too long, or not in the one form that is allowed.</summary>
    Malformed,

    /// <summary>It is of another cluster, epoch or set of members than was expected.</summary>
    OtherDomain,

    /// <summary>The certificate is about something that does not show a commit.</summary>
    OtherKind,

    /// <summary>The command is not at the place in the block that it should be at.</summary>
    OtherCommand,

    /// <summary>The certificate is for another block, or the nodes do not lead from the block to it.</summary>
    OtherBlock,

    /// <summary>The nodes are certified, but not of as many consecutive views as the rule asks for.</summary>
    NotCommitted,

    /// <summary>There are too few signers, or too many.</summary>
    OtherCount,

    /// <summary>A signer is no member of the epoch.</summary>
    UnknownSigner,

    /// <summary>A signature that its signer did not give.</summary>
    InvalidSignature,
}
