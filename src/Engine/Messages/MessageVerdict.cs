namespace Consensus.Engine;

/// <summary>What a verifier finds of a message.</summary>
public enum MessageVerdict
{
    /// <summary>It may reach the core.</summary>
    Accepted,

    /// <summary>Whether it is sound or not, nobody needs it any more: dropped, and not held against its sender.</summary>
    Unneeded,

    /// <summary>No peer that follows the protocol sends it: dropped, counted, told, and the connection ends.</summary>
    Invalid,
}
