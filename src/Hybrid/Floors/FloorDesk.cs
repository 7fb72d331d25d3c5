using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid;

/// <summary>
/// The floors of an epoch of Raft. Where the log is marked, each replica signs what it has applied; so many signatures are a certificate, which each puts on disk beside the log; and when so many have that on disk, the floor counts:
/// however the epoch ends, nothing below is lost, also if some of the members lie (docs/hybrid.md, the model).
/// </summary>
/// <param name="epoch">The epoch.</param>
/// <param name="identity">Who the replica is.</param>
/// <param name="others">The other members.</param>
internal sealed class FloorDesk(RunningEpoch epoch, HybridIdentity identity, IReadOnlyList<NodeId> others)
{
    private static readonly TimeSpan AgainInterval = TimeSpan.FromMilliseconds(100);

    private readonly FloorVotes _votes = new(epoch.Known);
    private readonly Dictionary<NodeId, LogIndex> _heldBy = [];
    private readonly MemberPace _proofs = new();
    private readonly MemberPace _answers = new();
    private (FloorContent Content, Signature Signature)? _signed;
    private FloorCertificate? _best;
    private (FloorCertificate Certificate, Lsn At)? _saving;
    private SnapshotSaved? _early;
    private SnapshotDescriptor? _sendable;
    private bool _isSendableKept;
    private Ticks _again = Ticks.Never;
    private bool _isOwn;
    private bool _isInLog;

    /// <summary>The highest floor whose certificate is on disk here.</summary>
    public FloorCertificate? Held { get; private set; }

    /// <summary>Up to where what this replica has applied is below a floor that counts.</summary>
    public LogIndex Certified { get; private set; } = epoch.Descriptor.Start.Index;

    /// <summary>
    /// Up to where this replica's own log is below a floor that counts, applied or not. After a start it is applied only when the engine has found out what is committed, and for that it may need somebody who first needs a snapshot, and so this replica's word for it.
    /// </summary>
    public LogIndex CertifiedInLog { get; private set; } = epoch.Descriptor.Start.Index;

    /// <summary>When <see cref="Advance"/> is wanted at the latest.</summary>
    public Ticks Deadline => _again;

    /// <summary>For how many places votes are kept, for checks of bounds.</summary>
    internal int Places => _votes.Count;

    private LogIndex HeldIndex => Held?.Position.Index ?? LogIndex.Zero;

    /// <summary>What was on disk when the replica was started.</summary>
    public void Recover(FloorCertificate held, Ticks now)
    {
        Hold(held);
        _again = now;
    }

    /// <summary>Which snapshots were on disk then.</summary>
    /// <param name="sendable">The one that the engine sends.</param>
    /// <param name="early">A newer one above the floor.</param>
    public void RecoverSnapshots(SnapshotDescriptor? sendable, SnapshotDescriptor? early)
    {
        _sendable = sendable;
        _early = early is null ? null : new SnapshotSaved(early);
    }

    /// <summary>The log is marked at a place, and everything up to there was applied.</summary>
    public void OnMarked(in FloorContent content, Ticks now, EffectBuffer effects)
    {
        if (content.Position.Index <= HeldIndex)
        {
            return;
        }

        var signature = epoch.Known.Verifier.Sign(identity.Signer, epoch.Known.Say(content));
        _signed = (content, signature);
        Count(identity.Self, content, signature);
        SayAgain(now, effects);
    }

    /// <summary>A member of the epoch says something about floors, which was checked.</summary>
    public void OnMessage(NodeId from, IFloorMessage message, Ticks now, EffectBuffer effects)
    {
        switch (message)
        {
            case FloorVote m when m.Content.Position.Index > HeldIndex:
                Count(from, m.Content, m.Signature);
                break;
            case FloorVote:
                Prove(from, now, effects);
                break;
            case FloorHeld m:
                OnHeld(from, m, now, effects);
                break;
            case FloorProof { Certificate: { } certificate }:
                Take(certificate);
                break;
        }
    }

    /// <summary>Asks a member for a certificate that reaches as far as a place that it speaks of.</summary>
    /// <returns>Whether one is on disk here.</returns>
    public bool Reaches(LogIndex index, NodeId asked, Ticks now, EffectBuffer effects)
    {
        if (index <= HeldIndex)
        {
            return true;
        }

        if (_answers.MayPass(asked, now))
        {
            TellHeld(asked, effects);
        }

        return false;
    }

    /// <summary>
    /// A snapshot was saved that lies above the floor. The engine hears of it later: with it, it would forget entries above the floor, and send others a state that has none there.
    /// </summary>
    /// <returns>Whether it is kept back.</returns>
    public bool KeepsBack(SnapshotSaved saved)
    {
        if (saved.Snapshot.Position.Index <= HeldIndex)
        {
            OnSendable(saved.Snapshot);
            return false;
        }

        _early = saved;
        return true;
    }

    /// <summary>The snapshot that others are sent, if it is another one than before: however many newer ones lie above the floor, it stays on disk.</summary>
    public SnapshotDescriptor? TakeSendable()
    {
        if (_isSendableKept || _sendable is not { } sendable)
        {
            return null;
        }

        _isSendableKept = true;
        return sendable;
    }

    /// <summary>A snapshot that was kept back and need not be any more.</summary>
    public SnapshotSaved? TakeReleased()
    {
        if (_early is not { } saved || saved.Snapshot.Position.Index > HeldIndex)
        {
            return null;
        }

        _early = null;
        OnSendable(saved.Snapshot);
        return saved;
    }

    /// <summary>Saves what is new, counts it when it is on disk, and says again what may not have come.</summary>
    /// <param name="now">The time.</param>
    /// <param name="durable">How far the write-ahead log is on disk.</param>
    /// <param name="effects">Takes what is to be done.</param>
    public void Advance(Ticks now, Lsn durable, EffectBuffer effects)
    {
        if (_saving is { } saving && saving.At <= durable)
        {
            _saving = null;
            Hold(saving.Certificate);
            foreach (var other in others)
            {
                TellHeld(other, effects);
            }

            _again = now + AgainInterval;
        }

        if (_saving is null && _best is { } best && best.Position.Index > HeldIndex)
        {
            _saving = (best, effects.Save(EpochSlots.Floor, EpochSlots.FloorValue(best)));
        }

        Certify();
        if (now >= _again)
        {
            SayAgain(now, effects);
        }
    }

    private void OnSendable(SnapshotDescriptor snapshot) => (_sendable, _isSendableKept) = (snapshot, false);

    private void OnHeld(NodeId from, FloorHeld held, Ticks now, EffectBuffer effects)
    {
        _heldBy[from] = LogIndex.Max(held.Held, _heldBy.GetValueOrDefault(from));
        if (held.Held < HeldIndex)
        {
            Prove(from, now, effects);
        }

        if (held.Counted < HeldIndex && _answers.MayPass(from, now))
        {
            TellHeld(from, effects);
        }
    }

    private void Count(NodeId member, in FloorContent content, in Signature signature)
    {
        if (_votes.Add(member, content, signature) is { } certificate)
        {
            Take(certificate);
        }
    }

    private void Take(FloorCertificate certificate)
    {
        if (certificate.Position.Index > (_best?.Position.Index ?? LogIndex.Zero))
        {
            _best = certificate;
        }
    }

    private void Hold(FloorCertificate certificate)
    {
        Held = certificate;
        _isOwn = _isInLog = false;
        _heldBy[identity.Self] = certificate.Position.Index;
        _votes.ForgetUpTo(certificate.Position.Index);
    }

    /// <summary>What others hold says something about this replica's entries only if they are the same.</summary>
    private void Certify()
    {
        if (Held is not { } held)
        {
            return;
        }

        var handed = epoch.Scope.Handed;
        _isInLog |= handed == held.Position || epoch.Has(held.Position);
        _isOwn |= _isInLog && handed.Index >= held.Position.Index;
        if (!_isInLog)
        {
            return;
        }

        var counted = LogIndex.Min(CountedIndex(), held.Position.Index);
        CertifiedInLog = LogIndex.Max(CertifiedInLog, counted);
        if (_isOwn)
        {
            Certified = LogIndex.Max(Certified, counted);
        }
    }

    /// <summary>The highest place of which so many members have a certificate, or of a higher one.</summary>
    private LogIndex CountedIndex()
    {
        var quorum = epoch.Descriptor.Members.Quorum;
        return _heldBy.Count < quorum ? LogIndex.Zero : _heldBy.Values.OrderDescending().ElementAt(quorum - 1);
    }

    private void SayAgain(Ticks now, EffectBuffer effects)
    {
        var awaitsVotes = _signed is { } signed && signed.Content.Position.Index > HeldIndex;
        var awaitsHolders = Certified < HeldIndex;
        foreach (var other in others)
        {
            if (awaitsVotes)
            {
                effects.Send(other, new FloorVote(effects.LastLsn, epoch.Descriptor.Tag, _signed!.Value.Content, _signed.Value.Signature));
            }

            if (awaitsHolders)
            {
                TellHeld(other, effects);
            }
        }

        _again = awaitsVotes || awaitsHolders ? now + AgainInterval : Ticks.Never;
    }

    private void Prove(NodeId member, Ticks now, EffectBuffer effects)
    {
        if (Held is { } held && _proofs.MayPass(member, now))
        {
            effects.Send(member, new FloorProof(epoch.Descriptor.Tag, held));
        }
    }

    private void TellHeld(NodeId member, EffectBuffer effects) => effects.Send(member, new FloorHeld(epoch.Descriptor.Tag, HeldIndex, Certified));
}
