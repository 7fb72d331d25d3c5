using Consensus.Cryptography;

namespace Consensus.Simulation;

/// <summary>What the engine of one replica is made from, beside what every replica gets: who it is to the others, and how it knows them.</summary>
public sealed record SimulatedProtocolContext
{
    /// <summary>The group; the same in all runs.</summary>
    public required ClusterId Cluster { get; init; }

    /// <summary>The members that the group has from the beginning, with their keys.</summary>
    public required SignerSet Members { get; init; }

    /// <summary>Signs in the replica's name, and in nobody else's.</summary>
    public required ISigner Signer { get; init; }

    /// <summary>Checks the signatures of all.</summary>
    public required ISignatureVerifier Verifier { get; init; }

    /// <summary>The key of the group's operator.</summary>
    public required PublicKey Operator { get; init; }

    /// <summary>Where the members' signatures are valid: in this group, in its first epoch.</summary>
    public SigningDomain Domain => new(Cluster, Epoch.Zero, Members.Hash);
}
