using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Pbft.Agreement;
using Consensus.Pbft.Messages;
using Consensus.Pbft.Views;

namespace Consensus.Pbft;

/// <summary>The state that the parts of the core share, and the few operations that keep it consistent.</summary>
internal sealed class PbftState : OrderingState
{
    private readonly SortedDictionary<SequenceNumber, BlockSlot> _slots = [];
    private readonly SortedDictionary<SequenceNumber, QuorumCertificate> _pastCertificates = [];

    public PbftState(CoreContext context, PbftOptions options, ByzantineIdentity identity)
        : base(context, options, identity)
    {
        Options = options;
        Recover(context.Recovered);
    }

    public override PbftOptions Options { get; }

    /// <summary>The view that the replica is in, or goes to.</summary>
    public ViewNumber View { get; private set; }

    /// <summary>Whether the view has begun; if not, the replica waits for its primary's start.</summary>
    public bool IsActive { get; private set; } = true;

    /// <summary>
    /// The last number that the view has begun with. Which blocks those are its start has said, and nothing that its primary proposes later: also to a replica that was restarted before it had
    /// accepted them, and remembers the start no more.
    /// </summary>
    public SequenceNumber BegunWith { get; private set; }

    /// <summary>When the view's number is on disk, the replica may be its primary.</summary>
    public Lsn ViewLsn { get; private set; }

    /// <summary>Whether the replica was here before in this view, as its primary: what it has proposed then it may not know.</summary>
    public bool WasPrimaryBefore { get; private set; }

    /// <inheritdoc/>
    public override ulong Term => View.Value;

    public NodeId Primary => Primaries.Of(Members, View);

    /// <summary>
    /// The view that orders commands, as far as this replica knows: its own, or, while it waits in a view that has not begun, the one that at least one correct replica
    /// is active in. Then it votes on nothing, but its callers are served.
    /// </summary>
    public ViewNumber? ServingView => HasDiverged ? null : IsActive ? View : FollowedView;

    /// <summary>See <see cref="ServingView"/>.</summary>
    public ViewNumber? FollowedView { get; set; }

    /// <summary>The primary of <see cref="ServingView"/>; none, if there is none.</summary>
    public override NodeId ServingLeader => ServingView is { } view ? Primaries.Of(Members, view) : NodeId.None;

    public bool IsPrimary => IsActive && Primary == Self && !WasPrimaryBefore;

    /// <summary>What is known about a number in the window.</summary>
    public BlockSlot SlotOf(SequenceNumber number)
    {
        Invariant.Holds(IsInWindow(number), "A slot is asked for outside the window.");
        if (!_slots.TryGetValue(number, out var slot))
        {
            slot = new BlockSlot(number);
            _slots.Add(number, slot);
        }

        return slot;
    }

    /// <summary>What is known about a number, if anything is.</summary>
    public BlockSlot? FindSlot(SequenceNumber number) => _slots.GetValueOrDefault(number);

    /// <summary>How many certificates of blocks before the stable checkpoint are kept, for callers who want proof: at most one for each block of a window.</summary>
    public int PastCertificates => _pastCertificates.Count;

    /// <summary>The proof that a block is committed as a number, as long as it is kept.</summary>
    public QuorumCertificate? CertificateOf(SequenceNumber number) => FindSlot(number)?.Certificate ?? _pastCertificates.GetValueOrDefault(number);

    /// <summary>The first number of which there is a certificate; the one after the stable checkpoint, if there is none before it.</summary>
    public SequenceNumber OldestCertified => _pastCertificates.Count > 0 ? _pastCertificates.First().Key : Stable.Number.Next;

    /// <summary>All numbers about which something is known, in order.</summary>
    public IEnumerable<BlockSlot> Slots => _slots.Values;

    /// <summary>Leaves the view for a later one, which has not begun.</summary>
    public void LeaveFor(ViewNumber view)
    {
        Invariant.Holds(view > View || (view == View && IsActive && view > ViewNumber.Zero), "A view never comes back.");
        SetView(view, isActive: false, SequenceNumber.Zero);
    }

    /// <summary>The view has begun, with blocks up to a number.</summary>
    public void Enter(ViewNumber view, SequenceNumber begunWith)
    {
        Invariant.Holds(view > View || (view == View && !IsActive), "A view begins once.");
        SetView(view, isActive: true, begunWith);
        foreach (var slot in _slots.Values)
        {
            slot.BeginView();
        }
    }

    /// <inheritdoc/>
    public override void Stabilize(StableProof proof)
    {
        base.Stabilize(proof);
        while (_slots.Count > 0 && _slots.First() is var (number, slot) && number <= proof.Number)
        {
            if (slot.Certificate is { } certificate)
            {
                _pastCertificates[number] = certificate;
            }

            _slots.Remove(number);
        }

        while (_pastCertificates.Count > 0 && _pastCertificates.First().Key + (ulong)Options.WindowBlocks <= proof.Number)
        {
            _pastCertificates.Remove(_pastCertificates.First().Key);
        }
    }

    /// <summary>The first view of a new group: saved before its primary may propose.</summary>
    public void BeginFirstView() => SetView(View, IsActive, BegunWith);

    /// <summary>Whether the replica has been in a view before this start.</summary>
    public bool IsNew { get; private set; } = true;

    /// <summary>Saves that a block was accepted as a number.</summary>
    public Lsn SaveAccepted(BlockSlot slot) => Effects.Save(
        PbftSlots.Accepted(slot.Number, Options.WindowBlocks),
        PbftSlots.AcceptedValue(slot.Number, slot.AcceptedIn!.Value, slot.Digest, slot.PrimarySignature));

    /// <summary>Saves that a block was prepared.</summary>
    public Lsn SavePrepared(PreparedProof proof) =>
        Effects.Save(PbftSlots.Prepared(proof.Number, Options.WindowBlocks), PbftSlots.PreparedValue(proof));

    private void SetView(ViewNumber view, bool isActive, SequenceNumber begunWith)
    {
        View = view;
        IsActive = isActive;
        BegunWith = begunWith;
        FollowedView = null;
        IsNew = false;
        WasPrimaryBefore = false;
        ViewLsn = Effects.Save(PbftSlots.View, PbftSlots.ViewValue(view, isActive, begunWith));
    }

    private void Recover(RecoveredState recovered)
    {
        var proofs = new ProofCodec(Members);
        if (recovered.Slots.TryGetValue(PbftSlots.View, out var view))
        {
            (View, IsActive, BegunWith) = PbftSlots.ReadView(view);
            WasPrimaryBefore = IsActive && Primary == Self;
            IsNew = false;
        }

        for (var number = Stable.Number.Next; number <= Stable.Number + (ulong)Options.WindowBlocks; number = number.Next)
        {
            RecoverAccepted(recovered, number);
            if (recovered.Slots.TryGetValue(PbftSlots.Prepared(number, Options.WindowBlocks), out var value)
                && PbftSlots.ReadPrepared(value, proofs) is { } proof && proof.Number == number)
            {
                SlotOf(number).Proof = proof;
            }
        }
    }

    private void RecoverAccepted(RecoveredState recovered, SequenceNumber number)
    {
        if (!recovered.Slots.TryGetValue(PbftSlots.Accepted(number, Options.WindowBlocks), out var value))
        {
            return;
        }

        var accepted = PbftSlots.ReadAccepted(value);
        if (accepted.Number == number)
        {
            var slot = SlotOf(number);
            slot.AcceptedIn = accepted.View;
            slot.Promised = (accepted.View, accepted.Digest);
            slot.Digest = accepted.Digest;
            slot.PrimarySignature = accepted.Primary;
        }
    }
}
