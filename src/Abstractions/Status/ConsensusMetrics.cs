using System.Collections.ObjectModel;

namespace Consensus;

/// <summary>
/// What one replica has counted since it started, and how fast it was lately. A snapshot: it does not change, and the numbers in it fit
/// together as far as counting without locks allows (what ends while it is taken may be in one number and not yet in another).
/// </summary>
/// <remarks>
/// A proposal is a command, or the opening of a session, that a caller of this replica asked for. Each is counted as submitted, and once more by its end:
/// <c>ProposalsSubmitted = ProposalsCommitted + ProposalsRefused + ProposalsUnknown + ProposalsAbandoned + ProposalsWaiting</c>.
/// </remarks>
public sealed record ConsensusMetrics
{
    /// <summary>The replica whose numbers these are.</summary>
    public required NodeId Node { get; init; }

    /// <summary>For how long it has been counting: since it started.</summary>
    public TimeSpan Uptime { get; init; }

    /// <summary>Proposals of this replica's callers.</summary>
    public long ProposalsSubmitted { get; init; }

    /// <summary>Of them: committed, whether the state machine took or rejected them.</summary>
    public long ProposalsCommitted { get; init; }

    /// <summary>Of those that were committed: rejected by the state machine.</summary>
    public long ProposalsRejected { get; init; }

    /// <summary>Of the submitted: not accepted by the group, with no effect. <see cref="Refusals"/> has the reasons.</summary>
    public long ProposalsRefused { get; init; }

    /// <summary>How often proposals were refused for each reason; reasons that did not occur are left out.</summary>
    public IReadOnlyDictionary<RefusalReason, long> Refusals { get; init; } = ReadOnlyDictionary<RefusalReason, long>.Empty;

    /// <summary>Of the submitted: ended without its outcome being known.</summary>
    public long ProposalsUnknown { get; init; }

    /// <summary>Of the submitted: its caller stopped waiting before it was committed.</summary>
    public long ProposalsAbandoned { get; init; }

    /// <summary>Of the submitted: under way at this moment.</summary>
    public long ProposalsWaiting { get; init; }

    /// <summary>How much of the latest time the latencies and the throughput speak of: a minute, or less at the start.</summary>
    public TimeSpan Window { get; init; }

    /// <summary>From a proposal to its result, on average over those of the window that were committed; zero if there was none.</summary>
    public TimeSpan LatencyMean { get; init; }

    /// <summary>What half of these latencies do not exceed, to within 3 %.</summary>
    public TimeSpan LatencyP50 { get; init; }

    /// <summary>What 99 % of these latencies do not exceed, to within 3 %.</summary>
    public TimeSpan LatencyP99 { get; init; }

    /// <summary>Entries that this replica applied per second of the window, whoever proposed them.</summary>
    public double Throughput { get; init; }

    /// <summary>How many terms have had a leader that this replica has seen: elections that somebody won.</summary>
    public long Elections { get; init; }

    /// <summary>How often this replica stood for election itself.</summary>
    public long Candidacies { get; init; }

    /// <summary>How many views a primary was replaced in; zero with engines that have no views.</summary>
    public long ViewChanges { get; init; }

    /// <summary>How much Byzantine behaviour was seen; zero with engines that do not look for any.</summary>
    public long ByzantineFailures { get; init; }

    /// <summary>How often this replica has gone on in another epoch, mostly with another engine; zero with engines that have one epoch only.</summary>
    public long EpochsBegun { get; init; }

    /// <summary>Snapshots of its own that this replica has saved.</summary>
    public long SnapshotsTaken { get; init; }

    /// <summary>Snapshots of other members by which this replica has replaced its state.</summary>
    public long SnapshotsInstalled { get; init; }

    /// <summary>How often this replica has reported that a member's state, or its own, is not that of the majority.</summary>
    public long StateDivergences { get; init; }

    /// <summary>How many messages of authenticated peers were not acceptable; <see cref="MessageRejected"/> says whose, and why.</summary>
    public long MessagesRejected { get; init; }

    /// <summary>How many messages of members that flooded this replica were dropped, as far as <see cref="PeerFlooding"/> has told: up to a minute ago.</summary>
    public long MessagesDropped { get; init; }
}
