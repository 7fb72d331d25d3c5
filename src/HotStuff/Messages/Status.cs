using Consensus.Byzantine;
using Consensus.Engine;

namespace Consensus.HotStuff.Messages;

/// <summary>Where a replica is. Whoever is ahead sends what it lacks.</summary>
/// <param name="Term">Its term, or the one that it waits for.</param>
/// <param name="IsActive">Whether that has begun for it.</param>
/// <param name="SuspectsLeader">Whether the term has brought it no progress in time.</param>
/// <param name="High">The view of its highest certificate.</param>
/// <param name="Seen">The view of the last node that it has.</param>
/// <param name="Stable">The last block of its stable checkpoint.</param>
/// <param name="Committed">The last block that it knows to be committed.</param>
/// <param name="IsAnchored">Whether it knows the node of that block.</param>
internal sealed record Status(
    ulong Term, bool IsActive, bool SuspectsLeader, ViewNumber High, ViewNumber Seen, SequenceNumber Stable, SequenceNumber Committed, bool IsAnchored) : ProtocolMessage, IDemand;
