namespace Consensus.Engine;

/// <summary>
/// Counts what becomes of the proposals of a replica's callers, and how fast. On the way of a command that is four additions without a lock, and two looks at
/// the clock.
/// </summary>
/// <remarks>Safe to use from any number of threads, except <see cref="OnApplied"/> and the end of a committed proposal, which the state lane tells.</remarks>
internal sealed class ReplicaMetrics
{
    private static readonly int ReasonCount = Enum.GetValues<RefusalReason>().Length;

    private readonly NodeId _self;
    private readonly TimeProvider _time;
    private readonly long _startedAt;
    private readonly RecentWork _recent = new();
    private readonly long[] _refusals = new long[ReasonCount];
    private long _submitted;
    private long _committed;
    private long _rejected;
    private long _unknown;
    private long _abandoned;

    public ReplicaMetrics(NodeId self, TimeProvider time)
    {
        _self = self;
        _time = time;
        _startedAt = time.GetTimestamp();
    }

    /// <summary>A caller proposes a command.</summary>
    /// <returns>When it did, to be told at the end.</returns>
    public TimeSpan OnSubmitted()
    {
        Interlocked.Increment(ref _submitted);
        return Now();
    }

    /// <summary>A command was refused before it was begun.</summary>
    public void OnTurnedAway(RefusalReason reason)
    {
        Interlocked.Increment(ref _submitted);
        Interlocked.Increment(ref _refusals[(int)reason]);
    }

    /// <summary>A command ends. Counted before its caller knows, so that who looks then finds it.</summary>
    /// <param name="result">How.</param>
    /// <param name="isAbandoned">Whether its caller has gone away.</param>
    /// <param name="submittedAt">When it was proposed.</param>
    public void OnEnding(in ProposeResult result, bool isAbandoned, TimeSpan submittedAt)
    {
        switch (result.Status)
        {
            case ProposeStatus.Applied or ProposeStatus.Rejected:
                if (result.Status == ProposeStatus.Rejected)
                {
                    Interlocked.Increment(ref _rejected);
                }

                Interlocked.Increment(ref _committed);
                var now = Now();
                _recent.OnCommitted(now, now - submittedAt);
                break;
            case ProposeStatus.Refused or ProposeStatus.Unknown when isAbandoned:
                Interlocked.Increment(ref _abandoned);
                break;
            case ProposeStatus.Refused:
                Interlocked.Increment(ref _refusals[(int)result.Refusal]);
                break;
            case ProposeStatus.Unknown:
                Interlocked.Increment(ref _unknown);
                break;
        }
    }

    /// <summary>The state machine has applied entries.</summary>
    public void OnApplied(int entries) => _recent.OnApplied(Now(), entries);

    /// <summary>All numbers at this moment.</summary>
    /// <param name="waiting">How many proposals are under way.</param>
    /// <param name="events">What else has happened.</param>
    /// <param name="rejectedMessages">How many messages of peers were rejected.</param>
    public ConsensusMetrics Look(long waiting, EventCounts events, long rejectedMessages)
    {
        var now = Now();
        var (latencies, applied, window) = _recent.Look(now);
        var refusals = Enum.GetValues<RefusalReason>()
            .Select(reason => KeyValuePair.Create(reason, Volatile.Read(ref _refusals[(int)reason])))
            .Where(refusal => refusal.Value > 0)
            .ToDictionary();
        return new ConsensusMetrics
        {
            Node = _self,
            Uptime = now,
            ProposalsCommitted = Volatile.Read(ref _committed),
            ProposalsRejected = Volatile.Read(ref _rejected),
            ProposalsRefused = refusals.Values.Sum(),
            Refusals = refusals.AsReadOnly(),
            ProposalsUnknown = Volatile.Read(ref _unknown),
            ProposalsAbandoned = Volatile.Read(ref _abandoned),
            ProposalsWaiting = waiting,
            ProposalsSubmitted = Volatile.Read(ref _submitted),
            Window = window,
            LatencyMean = latencies.Mean,
            LatencyP50 = latencies.Percentile(0.5),
            LatencyP99 = latencies.Percentile(0.99),
            Throughput = window > TimeSpan.Zero ? applied / window.TotalSeconds : 0,
            Elections = events.Elections,
            Candidacies = events.Candidacies,
            EpochsBegun = events.EpochsBegun,
            SnapshotsTaken = events.SnapshotsTaken,
            SnapshotsInstalled = events.SnapshotsInstalled,
            StateDivergences = events.StateDivergences,
            ByzantineFailures = events.ByzantineFailures,
            MessagesRejected = rejectedMessages,
            MessagesDropped = events.MessagesDropped,
        };
    }

    private TimeSpan Now() => _time.GetElapsedTime(_startedAt);
}
