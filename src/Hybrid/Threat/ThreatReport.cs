using Consensus.Cryptography;

namespace Consensus.Hybrid.Threat;

/// <summary>What one member says about another one: the level that it has reached by its own observations. It replaces what the same member said before about the same.</summary>
/// <param name="Reporter">Who says so. Its signature has been checked.</param>
/// <param name="Accused">About whom.</param>
/// <param name="Level">How bad it is; <see cref="ThreatLevel.None"/> takes an earlier report back.</param>
/// <param name="Version">Grows with each report of the reporter, also when it has been restarted in between: so nobody keeps a report alive by sending it again.</param>
internal readonly record struct ThreatReport(NodeId Reporter, NodeId Accused, ThreatLevel Level, ulong Version)
{
    /// <summary>What is signed, in the domain of the epoch, at the place that whom it is about and the version give it.</summary>
    public Digest Hash
    {
        get
        {
            Span<byte> bytes = [(byte)Level];
            return Blake3.Hash(bytes);
        }
    }
}
