using Consensus.Engine;

namespace Consensus.Gossip.Membership;

/// <summary>A question that a node asks for another one.</summary>
/// <param name="Requester">For whom.</param>
/// <param name="RequestNumber">The number that it goes by there.</param>
/// <param name="Target">Whom it asks.</param>
/// <param name="Number">The number that it goes by here.</param>
/// <param name="Deadline">When it says that it got no answer.</param>
internal sealed record Relay(NodeId Requester, byte RequestNumber, NodeId Target, byte Number, Ticks Deadline);
