using Consensus.Engine;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid;

/// <summary>
/// How a replica ends an epoch of Raft: it stops, writes down what it has, and takes part in deciding whose reports count. It does so when it has applied an order to end the epoch, or a member is proven to lie, or
/// f + 1 have reported one; or sees by which of these another member has; or when so many others have ended it that one of them does not lie.
/// </summary>
/// <param name="epoch">The epoch.</param>
/// <param name="engine">Who the replica is.</param>
/// <param name="floors">The floors of the epoch.</param>
/// <param name="others">The other members.</param>
/// <param name="onDisk">What that engine had on disk that agrees on the end.</param>
/// <param name="seed">For that engine.</param>
internal sealed class RaftEnd(RunningEpoch epoch, HybridEngine engine, FloorDesk floors, IReadOnlyList<NodeId> others, RecoveredState onDisk, ulong seed)
{
    private static readonly TimeSpan AgainInterval = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<NodeId> _ended = [];
    private readonly KnownEpoch _agreement = engine.Know(epoch.Descriptor.ToAgreement());
    private EndReport? _report;
    private EndCause? _cause;
    private Lsn _reportedAt;
    private HandoverLog? _log;
    private Ticks _again = Ticks.Never;

    /// <summary>What agrees on the end: its messages are read before, too.</summary>
    public KnownEpoch Agreement => _agreement;

    /// <summary>Whether the replica has ended the epoch.</summary>
    public bool HasEnded => _report is not null;

    /// <summary>The last entry that may be kept, once that is decided.</summary>
    public LogPosition? Start => _log?.Start;

    /// <summary>The highest floor that is known: among the reports, once these are decided.</summary>
    public LogPosition? Floor => _log?.Floor ?? floors.Held?.Position;

    /// <summary>The slots that were used on the way.</summary>
    public IEnumerable<ulong> Slots => _log?.Slots ?? [];

    /// <summary>What the engine that agrees is in, for comparison.</summary>
    public Digest? Digest => _log?.Core.StateDigest();

    /// <summary>When something is due.</summary>
    /// <value>Nothing, as long as the report is not on disk: that is told.</value>
    public Ticks Deadline => _log is not null ? Ticks.Min(_again, _log.Deadline) : _reportedAt > Lsn.Zero ? Ticks.Never : _again;

    /// <summary>The replica had ended the epoch when it was started.</summary>
    /// <param name="report">What it has said.</param>
    /// <param name="cause">Why it has; none, if it has only seen that others have.</param>
    /// <param name="now">The time.</param>
    public void Recover(EndReport report, EndCause? cause, Ticks now)
    {
        (_report, _cause) = (report, cause);
        _again = now;
        epoch.Freeze();
    }

    public void BeginTurn(Ticks now) => _log?.BeginTurn(now);

    /// <summary>A member has ended the epoch.</summary>
    /// <param name="member">The member.</param>
    /// <param name="cause">Why, which was checked; none, if it has only seen that others have.</param>
    public void OnEnded(NodeId member, EndCause? cause)
    {
        _ended.Add(member);
        _cause ??= cause;
    }

    /// <summary>There is reason to end the epoch.</summary>
    public void OnCause(EndCause cause) => _cause ??= cause;

    /// <summary>A message of the engine that agrees.</summary>
    public void OnMessage(Ticks now, MessageReceived received)
    {
        _ended.Add(received.Message.Sender);
        _log?.Step(now, received);
    }

    /// <summary>Something else that this engine must know of.</summary>
    public void Step(Ticks now, Input input)
    {
        if (_log is { } log && (input is not TimePassed || now >= log.Core.NextDeadline))
        {
            log.Step(now, input);
        }
    }

    /// <summary>Ends the epoch if it is time, and gets on with the agreement.</summary>
    /// <param name="now">The time.</param>
    /// <param name="durable">How far the write-ahead log is on disk.</param>
    /// <param name="acceptsWrites">Whether the disk has space.</param>
    /// <param name="effects">Takes what is to be done.</param>
    public void Advance(Ticks now, Lsn durable, bool acceptsWrites, EffectBuffer effects)
    {
        _cause ??= epoch.Scope.Seal is { } seal ? new EndCause.ByOrder(seal.Order) : null;
        if (_report is null && (_cause is not null || _ended.Count >= epoch.Descriptor.Members.WeakQuorum))
        {
            End(now, effects);
        }

        if (_report is not { } report || durable < _reportedAt)
        {
            return;
        }

        if (_log is null)
        {
            _log = new HandoverLog(epoch.Known, _agreement, report, new CoreContext
            {
                Self = engine.Identity.Self,
                Epoch = epoch.Descriptor.Number,
                Recovered = onDisk with { AcceptsWrites = acceptsWrites },
                Seed = seed,
                Now = now,
            });
            _log.BeginTurn(now);
        }

        _log.OnDurable(now, durable);
        _log.EndTurn(_ended, now, effects);
        if (now >= _again)
        {
            _again = now + AgainInterval;
            foreach (var other in others)
            {
                effects.Send(other, new EndNotice(effects.LastLsn, epoch.Descriptor.Tag, _cause));
            }
        }
    }

    private void End(Ticks now, EffectBuffer effects)
    {
        epoch.Freeze();
        var before = floors.Held?.Position ?? epoch.Descriptor.Beginning;
        var entries = epoch.ReadBehind(before).Select(entry => new ReportedEntry(entry.Term, entry.Chain)).ToArray();
        _report = EndReport.Make(epoch.Known, engine.Identity, floors.Held, entries);
        _reportedAt = effects.Save(EpochSlots.Report, EpochSlots.ReportValue(_report, _cause));
        _again = now;
        effects.Raise(new EpochEnded(epoch.Descriptor.Number, _cause?.Reason ?? $"nodes {string.Join(", ", _ended.Order())} have", _cause?.KindIn(epoch.Descriptor) ?? EpochEndCause.Unknown));
    }
}
