using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Consensus.Hosting;

/// <summary>What a replica has seen of members that lie, and how long it takes until so many have seen it that it counts.</summary>
internal sealed class ThreatSignals
{
    private readonly IConsensus _replica;
    private readonly ActivitySource _spans;
    private readonly TimeProvider _time;
    private readonly Counter<long> _suspicions;
    private readonly Counter<long> _proofs;
    private ThreatLevel _level;
    private Suspected? _suspected;
    private volatile bool _isAgreed;

    /// <param name="source">Where the signals come from.</param>
    /// <param name="replica">The replica. The level is reported where engines follow each other, for elsewhere nobody looks for it.</param>
    /// <param name="time">The clock.</param>
    public ThreatSignals(SignalSource source, IConsensus replica, TimeProvider time)
    {
        _replica = replica;
        _spans = source.Spans;
        _time = time;
        _suspicions = source.Meter.CreateCounter<long>("consensus.threat.suspicions", "{suspicion}", "How often this node has seen others do what no correct member does.");
        _proofs = source.Meter.CreateCounter<long>("consensus.threat.proofs", "{proof}", "How many pieces of evidence this node has found, or was shown, that a member lies.");
        source.Meter.CreateObservableGauge("consensus.threat.level", Levels, "{level}", "How much Byzantine behaviour is known: 0 none, 1 low, 2 medium, 3 high, 4 critical.");
    }

    /// <summary>A peer has sent what is not acceptable.</summary>
    public void OnRejected(MessageRejected rejected) => Suspect(rejected.Peer, "rejected_message", rejected.LeftOut + 1);

    /// <summary>A member floods this node.</summary>
    public void OnFlooding(PeerFlooding flooding) => Suspect(flooding.Peer, "flooding", 1);

    /// <summary>A leader's clock is far off.</summary>
    public void OnTimestamp(TimestampOutOfRange outOfRange) => Suspect(outOfRange.Proposer, "clock", 1);

    /// <summary>A member has altered what it passes on.</summary>
    public void OnTampering(TamperingDetected tampering) => Suspect(tampering.Peer, "tampering", 1);

    /// <summary>A member is proven to lie.</summary>
    public void OnProven(EquivocationDetected proven)
    {
        if (_proofs.Enabled)
        {
            _proofs.Add(1, new KeyValuePair<string, object?>("consensus.peer.id", (long)proven.Culprit.Value));
        }
    }

    /// <summary>The level has changed.</summary>
    public void OnLevel(ThreatLevelChanged changed)
    {
        _isAgreed = changed.IsAgreed;
        if (changed.Level == ThreatLevel.None)
        {
            Decide("dismissed", changed);
        }
        else if (!changed.IsAgreed)
        {
            _suspected ??= new Suspected(changed.Accused, changed.Level, _time.GetTimestamp(), _time.GetUtcNow());
        }
        else if (_suspected is not null || changed.Level > _level)
        {
            _suspected ??= new Suspected(changed.Accused, changed.Level, _time.GetTimestamp(), _time.GetUtcNow());
            Decide("agreed", changed);
        }

        _level = changed.Level;
    }

    private static string NameOf(ThreatLevel level) => level switch
    {
        ThreatLevel.None => "none",
        ThreatLevel.Low => "low",
        ThreatLevel.Medium => "medium",
        ThreatLevel.High => "high",
        ThreatLevel.Critical => "critical",
    };

    private IEnumerable<Measurement<long>> Levels()
    {
        if (_replica.Status is { RunningEpoch: not null, Threat: var level })
        {
            yield return new Measurement<long>((long)level, new KeyValuePair<string, object?>("consensus.threat.view", "known"));
            yield return new Measurement<long>(_isAgreed ? (long)level : 0, new KeyValuePair<string, object?>("consensus.threat.view", "agreed"));
        }
    }

    private void Suspect(NodeId peer, string kind, long count)
    {
        if (_suspicions.Enabled)
        {
            // Strangers share a place: their numbers may be made up.
            var known = _replica.Status.Membership.Find(peer) is null ? NodeId.None : peer;
            _suspicions.Add(count, new("consensus.suspicion.kind", kind), new("consensus.peer.id", (long)known.Value));
        }
    }

    /// <summary>What was suspected is agreed, or is over: of what was, the span tells, and of what nobody has suspected, there is none.</summary>
    private void Decide(string outcome, ThreatLevelChanged changed)
    {
        if (_suspected is { } suspected && _spans.HasListeners())
        {
            var (accused, level) = changed.Level == ThreatLevel.None ? (suspected.Accused, suspected.Level) : (changed.Accused, changed.Level);
            KeyValuePair<string, object?>[] tags =
            [
                new("consensus.threat.outcome", outcome), new("consensus.threat.severity", NameOf(level)), new("consensus.peer.id", (long)accused.Value),
            ];
            using var span = _spans.StartActivity(ActivityKind.Internal, startTime: suspected.At, tags: tags, name: "detect threat");
            span?.SetEndTime((suspected.At + _time.GetElapsedTime(suspected.Timestamp)).UtcDateTime);
        }

        _suspected = null;
    }

    /// <summary>What is to be remembered of a first suspicion until it is decided.</summary>
    private readonly record struct Suspected(NodeId Accused, ThreatLevel Level, long Timestamp, DateTimeOffset At);
}
