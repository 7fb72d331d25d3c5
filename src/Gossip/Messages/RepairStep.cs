using System.Collections.Immutable;
using Consensus.Gossip.Repair;

namespace Consensus.Gossip.Messages;

/// <summary>One step of an exchange: the two sides take turns. The ranges of each list are in their order, and none overlap.</summary>
/// <param name="Exchange">The number of the exchange.</param>
/// <param name="Turn">From 1: the number of the step.</param>
/// <param name="StoppedAt">The first place, from where both began, that something was left out of for lack of room: the next exchange is to begin there. <see langword="null"/> if nothing was.</param>
/// <param name="Fingerprints">Ranges in which the sides differ, with what the sender has there, in short.</param>
/// <param name="Lists">Ranges in which they differ, with all that the sender has there.</param>
/// <param name="Wants">What the sender wants of what was listed.</param>
/// <param name="Values">What the receiver lacks.</param>
internal sealed record RepairStep(uint Exchange, byte Turn, ulong? StoppedAt, ImmutableArray<RangeFingerprints> Fingerprints, ImmutableArray<RangeList> Lists, ImmutableArray<RangeWants> Wants, ImmutableArray<VersionedValue> Values)
    : GossipMessage
{
    internal override GossipMessageKind Kind => GossipMessageKind.RepairStep;

    /// <summary>Whether it asks nothing: the exchange is over.</summary>
    public bool IsLast => Fingerprints.IsEmpty && Lists.IsEmpty && Wants.IsEmpty;
}
