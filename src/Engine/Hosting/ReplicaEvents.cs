namespace Consensus.Engine;

/// <summary>A replica's events, for any number of readers, and how often each was published.</summary>
internal sealed class ReplicaEvents() : EventHub<ConsensusEvent>(static lost => new EventsLost(lost))
{
    /// <summary>How often each of them was published.</summary>
    public EventCounts Counts { get; } = new();

    /// <inheritdoc/>
    protected override void OnPublished(ConsensusEvent happening) => Counts.Count(happening);
}
