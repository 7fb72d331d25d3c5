using Consensus.Cryptography;

namespace Consensus.Simulation;

/// <summary>How many voters decide something together.</summary>
/// <param name="Name">What such a number of voters is called in reports.</param>
/// <param name="Size">How many of so many voters are enough; the argument is at least 1.</param>
public sealed record QuorumRule(string Name, Func<int, int> Size)
{
    /// <summary>More than half: two of them share a voter.</summary>
    public static QuorumRule Majority { get; } = new("majority", static voters => (voters / 2) + 1);

    /// <summary>So many that two of them share an honest voter (<see cref="ByzantineQuorum"/>).</summary>
    public static QuorumRule Byzantine { get; } = new("Byzantine quorum", ByzantineQuorum.Size);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
