namespace Consensus.Gossip;

/// <summary>What became of a value that was to be kept.</summary>
public enum PutResult
{
    /// <summary>It is in force.</summary>
    Stored,

    /// <summary>It is there already.</summary>
    Known,

    /// <summary>One is there that is in force in its place.</summary>
    Superseded,

    /// <summary>A tombstone that would be forgotten at once, for a key under which nothing is.</summary>
    Expired,

    /// <summary>Its key, or what was written, is longer than allowed.</summary>
    TooLarge,

    /// <summary>It was written later than it can be by now.</summary>
    FromTheFuture,

    /// <summary>The hash is not that of the value.</summary>
    HashWrong,

    /// <summary>Nobody knows the key of its origin.</summary>
    OriginUnknown,

    /// <summary>Its origin did not sign it.</summary>
    SignatureWrong,

    /// <summary>There is no room.</summary>
    Full,
}
