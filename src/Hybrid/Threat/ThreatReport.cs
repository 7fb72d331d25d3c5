namespace Consensus.Hybrid.Threat;

/// <summary>What one member says about another one: the level that it has reached by its own observations. It replaces what the same member said before about the same.</summary>
/// <param name="Reporter">Who says so. Its signature has been checked.</param>
/// <param name="Accused">About whom.</param>
/// <param name="Level">How bad it is; <see cref="ThreatLevel.None"/> takes an earlier report back.</param>
/// <param name="Version">Grows with each report of the reporter, also when it has been restarted in between: so nobody keeps a report alive by sending it again.</param>
internal readonly record struct ThreatReport(NodeId Reporter, NodeId Accused, ThreatLevel Level, ulong Version);
