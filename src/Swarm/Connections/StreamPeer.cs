using Consensus.Swarm.Wire;

namespace Consensus.Swarm.Connections;

/// <summary>Who is at the other end of a connection, as it has shown.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Outbound">Closes what is sent to it.</param>
/// <param name="Inbound">Opens what comes from it.</param>
internal sealed record StreamPeer(NodeId Id, FrameSeal Outbound, FrameSeal Inbound);
