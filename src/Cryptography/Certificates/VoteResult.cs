namespace Consensus.Cryptography;

/// <summary>What became of a vote.</summary>
public enum VoteResult
{
    /// <summary>It counts; the threshold is not reached.</summary>
    Counted,

    /// <summary>It counts and is the one that was missing: the certificate is there.</summary>
    Completed,

    /// <summary>It was not needed: the certificate was there already. It has not been checked.</summary>
    Surplus,

    /// <summary>The member voted so before.</summary>
    Duplicate,

    /// <summary>The member voted otherwise before, and both signatures are valid: it is proven faulty.</summary>
    Conflicting,

    /// <summary>The member was proven faulty before.</summary>
    AlreadyProven,

    /// <summary>The signer may not vote here.</summary>
    NoVoter,

    /// <summary>The signature is not valid. The member can still vote.</summary>
    InvalidSignature,
}
