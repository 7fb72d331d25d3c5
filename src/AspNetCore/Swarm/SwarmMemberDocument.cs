namespace Consensus.AspNetCore.Swarm;

/// <summary>A member of a swarm, as a node knows it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Address">Where it is.</param>
/// <param name="State"><c>alive</c>, <c>suspect</c>, <c>dead</c> or <c>left</c>.</param>
internal sealed record SwarmMemberDocument(uint Id, string Address, string State);
