using Consensus.Byzantine;
using Consensus.Engine;

namespace Consensus.Pbft.Messages;

/// <summary>Where a replica is. Whoever is ahead sends what it lacks (Castro's thesis, section 5.2).</summary>
/// <param name="View">Its view.</param>
/// <param name="IsActive">Whether the view has begun for it.</param>
/// <param name="SuspectsPrimary">Whether the view has brought it no progress in time.</param>
/// <param name="Stable">The last block of its stable checkpoint.</param>
/// <param name="Committed">The last block that it knows to be committed.</param>
/// <param name="Last">The last block that it has accepted.</param>
internal sealed record Status(ViewNumber View, bool IsActive, bool SuspectsPrimary, SequenceNumber Stable, SequenceNumber Committed, SequenceNumber Last) : ProtocolMessage, IDemand;
