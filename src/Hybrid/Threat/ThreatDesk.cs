using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid.Threat;

/// <summary>
/// What a replica knows of members that lie, and tells the others: what it has seen itself, signed, as long as it counts; and what proves it. From what all report follows whether there is cause to end an epoch of Raft
/// (<see cref="EscalationPolicy"/>). What it has seen itself goes on from epoch to epoch; what others report begins anew, for their signatures are of one.
/// </summary>
/// <param name="engine">Who the replica is.</param>
internal sealed class ThreatDesk(HybridEngine engine)
{
    private static readonly TimeSpan AgainInterval = TimeSpan.FromSeconds(1);
    private static readonly Ticks LongAgo = new(-TimeSpan.FromDays(365).Ticks);
    private static readonly double LongAgoMs = TimeSpan.FromDays(1).TotalMilliseconds;

    private readonly SuspicionBook _book = new(engine.Options.Threat);
    private readonly Dictionary<NodeId, ThreatReport> _said = [];
    private readonly Dictionary<(NodeId Reporter, NodeId Accused), SignedThreatReport> _reports = [];
    private readonly SortedDictionary<NodeId, EquivocationEvidence> _proofs = [];
    private readonly Queue<EquivocationEvidence> _untold = [];
    private readonly HashSet<NodeId> _convicted = [];
    private readonly Dictionary<Epoch, Ticks> _begunAt = [];
    private ReportBoard? _board;
    private KnownEpoch? _epoch;
    private AgreedThreat _agreed = AgreedThreat.Nothing;
    private ThreatCourse _course;
    private Ticks _began;
    private Ticks _lookAt = Ticks.Never;
    private Ticks _sayAt = Ticks.Never;
    private ulong _version;
    private bool _isAgreed = true;

    /// <summary>How much is known: the agreed level, or this replica's own, if that is higher.</summary>
    public ThreatLevel Level { get; private set; }

    /// <summary>What is known of each member of whom anything is known, for callers. As long as it says the same, it is the same object.</summary>
    public IReadOnlyList<MemberThreat> Threats { get; private set; } = [];

    /// <summary>When <see cref="Advance"/> is wanted at the latest.</summary>
    public Ticks Deadline => Ticks.Min(_lookAt, _sayAt);

    /// <summary>What convinces everybody that the running epoch of Raft is to end; nothing, if there is no reason.</summary>
    public EndCause? Cause { get; private set; }

    /// <summary>The agreed level, for checks.</summary>
    internal AgreedThreat Agreed => _agreed;

    /// <summary>What this replica has seen itself, for checks.</summary>
    internal SuspicionBook Own => _book;

    /// <summary>How many reports and proofs are kept, for checks of bounds.</summary>
    internal int Kept => _reports.Count + _proofs.Count + _untold.Count;

    /// <summary>An epoch begins, or the replica was started in it.</summary>
    public void BeginEpoch(KnownEpoch epoch, Ticks now)
    {
        // What an operator has ordered need not last for so long before he may order something else.
        _began = epoch.Descriptor.IsOrdered ? LongAgo : now;
        if (_epoch is not null)
        {
            _begunAt[epoch.Descriptor.Number] = now;
        }

        (_epoch, _board, _course) = (epoch, new ReportBoard(epoch.Descriptor.Domain, epoch.Descriptor.Members, engine.Options.Threat), ThreatCourse.BeginAt(_began));
        (_agreed, Cause) = (AgreedThreat.Nothing, null);
        _book.Keep(epoch.Others);
        _said.Clear();
        _reports.Clear();
        _proofs.Clear();
        _untold.Clear();
        _lookAt = now;
        _sayAt = Level > ThreatLevel.None ? now : Ticks.Never;
    }

    /// <summary>A member has sent what is not acceptable.</summary>
    public void OnRejected(MessagesRejected rejected, Ticks now)
    {
        // More than make the level high make no difference.
        for (var left = Math.Min(rejected.Count, engine.Options.Threat.HighFrom); left > 0; left--)
        {
            Observe(rejected.Peer, SuspicionKind.SignatureFailure, now);
        }
    }

    /// <summary>Something has happened in this turn, whichever part of the replica has noticed it.</summary>
    public void OnEvent(ConsensusEvent happening, Ticks now)
    {
        switch (happening)
        {
            case TamperingDetected tampering:
                Observe(tampering.Peer, SuspicionKind.Tampering, now);
                break;
            case TimestampOutOfRange outOfRange:
                Observe(outOfRange.Proposer, SuspicionKind.TimingAnomaly, now);
                break;
        }
    }

    /// <summary>This replica has seen something with its own eyes.</summary>
    public void Observe(NodeId peer, SuspicionKind kind, Ticks now)
    {
        if (_book.Observe(peer, kind, now))
        {
            _lookAt = now;
        }
    }

    /// <summary>This replica has found evidence. It is kept and told to observers already.</summary>
    public void OnFound(EquivocationEvidence evidence, Ticks now)
    {
        _convicted.Add(evidence.Signer);
        if (Convict(evidence, now) && _proofs[evidence.Signer] == evidence)
        {
            // One of each member is enough for everybody.
            _untold.Enqueue(evidence);
        }
    }

    /// <summary>A member says something about another one, which was checked.</summary>
    public void OnMessage(IControlMessage message, Ticks now, EffectBuffer effects)
    {
        switch (message)
        {
            case ThreatNotice { Report: var report } when _board!.Report(report.Content, now) == ReportOutcome.Counted:
                _reports[(report.Content.Reporter, report.Content.Accused)] = report;
                _lookAt = now;
                break;
            case EvidenceNotice { Evidence: var evidence } when Convict(evidence, now):
                effects.Keep(evidence);
                effects.Raise(new EquivocationDetected(evidence.Signer, evidence.About, evidence.ComputeDigest()));
                break;
        }
    }

    /// <summary>Tells the others what is new, or may not have come, and looks what follows from it all.</summary>
    /// <param name="now">The time.</param>
    /// <param name="clock">What the wall clock shows: reports are numbered by it, so that those of a replica that was restarted are newer.</param>
    /// <param name="effects">Takes what is to be done.</param>
    public void Advance(Ticks now, Timestamp clock, EffectBuffer effects)
    {
        while (_untold.TryDequeue(out var found))
        {
            Tell(new EvidenceNotice(_epoch!.Descriptor.Tag, found), effects);
        }

        if (now >= _sayAt)
        {
            SayAgain(now, clock, effects);
        }

        if (now >= _lookAt)
        {
            Look(now, clock, effects);
        }
    }

    /// <summary>Whether the group may go back to Raft now, and if not, why.</summary>
    /// <param name="epochs">The epochs that have begun, but for the first, up to the running one.</param>
    /// <param name="isOrdered">Whether an operator has ordered it.</param>
    /// <param name="now">The time.</param>
    /// <param name="clock">What the wall clock shows: epochs that this replica has not seen begin have the log's time.</param>
    public EscalationDecision DecideReturn(IEnumerable<EpochDescriptor> epochs, bool isOrdered, Ticks now, Timestamp clock)
    {
        var agreed = _board!.Agreed(now);
        return EscalationPolicy.Decide(
            new EscalationSituation
            {
                Now = now,
                IsByzantine = true,
                EpochBegan = _began,
                Threat = agreed,
                Course = _course.Then(agreed.Level, now),
                HasConvicted = !isOrdered && _convicted.Count > 0,
                Switches = [.. SwitchesBecauseOfLiars(epochs).Select(epoch => BegunAt(epoch, now, clock))],
            },
            engine.Options.Escalation with { ApprovalRequired = !isOrdered && !_epoch!.Descriptor.Rules.ReturnsAlone });
    }

    /// <summary>When there was an escalation, or a return from one.</summary>
    private static IEnumerable<EpochDescriptor> SwitchesBecauseOfLiars(IEnumerable<EpochDescriptor> epochs)
    {
        var wasOrdered = true;
        foreach (var epoch in epochs)
        {
            if (!epoch.IsOrdered || !wasOrdered)
            {
                yield return epoch;
            }

            wasOrdered = epoch.IsOrdered;
        }
    }

    /// <summary>When an epoch began, as this replica has seen it. Of those that it has not seen begin only the log says it, whose time a leader of Raft has written, who may lie.</summary>
    private Ticks BegunAt(EpochDescriptor epoch, Ticks now, Timestamp clock) => _begunAt.TryGetValue(epoch.Number, out var at)
        ? at
        : now + TimeSpan.FromMilliseconds(Math.Clamp((double)epoch.Time.UnixMilliseconds - clock.UnixMilliseconds, -LongAgoMs, 0));

    private bool Convict(EquivocationEvidence evidence, Ticks now)
    {
        if (_board!.Convict(evidence, now) != ReportOutcome.Counted)
        {
            return false;
        }

        _convicted.Add(evidence.Signer);
        _proofs.TryAdd(evidence.Signer, evidence);
        _lookAt = now;
        return true;
    }

    private void Look(Ticks now, Timestamp clock, EffectBuffer effects)
    {
        foreach (var member in _epoch!.Others)
        {
            if (_book.LevelOf(member, now) is var level && level != _said.GetValueOrDefault(member).Level)
            {
                Say(member, level, now, clock, effects);
            }
        }

        _agreed = _board!.Agreed(now);
        _course = _course.Then(_agreed.Level, now);
        Cause = Escalates(now) ? CauseOf(_agreed) : null;
        Show(now, effects);
        Picture(now);

        // What is known ages, and what was said may not have come.
        var isSaid = Level > ThreatLevel.None || _said.Count > 0;
        _sayAt = isSaid ? Ticks.Min(_sayAt, now + AgainInterval) : Ticks.Never;
        _lookAt = isSaid || Threats.Any(threat => threat.Reporters > 0) ? now + AgainInterval : Ticks.Never;
    }

    private bool Escalates(Ticks now) => _epoch!.Descriptor.Protocol == EpochProtocol.Raft && EscalationPolicy.Decide(
        new EscalationSituation { Now = now, IsByzantine = false, EpochBegan = _began, Threat = _agreed, Course = _course },
        engine.Options.Escalation).Verdict == EscalationVerdict.Escalate;

    private EndCause CauseOf(AgreedThreat threat) => threat.IsProven
        ? new EndCause.ByEvidence(_proofs[threat.Accused])
        : new EndCause.ByReports([.. threat.Reporters.Take(_epoch!.Descriptor.Members.WeakQuorum).Select(reporter => _reports[(reporter, threat.Accused)])]);

    private void Show(Ticks now, EffectBuffer effects)
    {
        var own = _book.Level(now);
        var level = SuspicionBook.Max(own, _agreed.Level);
        var isAgreed = _agreed.Level == level;
        if (level == Level && isAgreed == _isAgreed)
        {
            return;
        }

        (Level, _isAgreed) = (level, isAgreed);
        var accused = level == ThreatLevel.None ? NodeId.None : isAgreed ? _agreed.Accused : _epoch!.Others.First(member => _book.LevelOf(member, now) == own);
        effects.Raise(new ThreatLevelChanged(level, accused, isAgreed));
    }

    private void Picture(Ticks now)
    {
        var known = _board!.AgreedOverEach(now)
            .Select(over => new MemberThreat(over.Member, _book.LevelOf(over.Member, now), _book.CountFailures(over.Member, now), over.Level, over.Reporters, _convicted.Contains(over.Member)))
            .Where(threat => threat is { OwnLevel: > ThreatLevel.None } or { SignatureFailures: > 0 } or { AgreedLevel: > ThreatLevel.None } or { Reporters: > 0 } or { HasEvidence: true });
        if (!Threats.SequenceEqual(known))
        {
            Threats = [.. known];
        }
    }

    private void SayAgain(Ticks now, Timestamp clock, EffectBuffer effects)
    {
        foreach (var (member, report) in _said.ToArray())
        {
            if (report.Level == ThreatLevel.None)
            {
                // Said once. Where that has not come, the report before it ages.
                _said.Remove(member);
            }
            else
            {
                Say(member, _book.LevelOf(member, now), now, clock, effects);
            }
        }

        if (_agreed.IsProven)
        {
            foreach (var proof in _proofs.Values)
            {
                Tell(new EvidenceNotice(_epoch!.Descriptor.Tag, proof), effects);
            }
        }

        _sayAt = _said.Count > 0 || _agreed.IsProven ? now + AgainInterval : Ticks.Never;
    }

    private void Say(NodeId member, ThreatLevel level, Ticks now, Timestamp clock, EffectBuffer effects)
    {
        _version = Math.Max(_version + 1, (ulong)Math.Max(0, clock.UnixMilliseconds));
        var report = SignedThreatReport.Give(_epoch!, new ThreatReport(engine.Identity.Self, member, level, _version), engine.Identity.Signer);
        _said[member] = report.Content;
        _reports[(engine.Identity.Self, member)] = report;
        _board!.Report(report.Content, now);
        Tell(new ThreatNotice(_epoch!.Descriptor.Tag, report), effects);
    }

    private void Tell(ProtocolMessage message, EffectBuffer effects)
    {
        foreach (var other in _epoch!.Others)
        {
            effects.Send(other, message);
        }
    }
}
