namespace Consensus.Cryptography;

/// <summary>What commits a node of a chain in a group (HotStuff). Like the members' keys, whoever checks a proof must know it. PBFT has one rule only.</summary>
public enum CommitRule
{
    /// <summary>Three certified nodes of consecutive views. Enough in every group.</summary>
    ThreeChain,

    /// <summary>Two certified nodes of consecutive views. Enough only in a group whose replicas are set to these rules.</summary>
    TwoChain,
}
