using System.Collections.Immutable;
using Consensus.Engine;
using Consensus.Hybrid.Messages;

namespace Consensus.Hybrid;

/// <summary>
/// The epochs of the group as far as this replica knows them: those up to the one that it is in, and those that have begun elsewhere. And what members of different epochs tell each other: who speaks in an earlier one gets what
/// began the later ones, who speaks in a later one is asked for it.
/// </summary>
/// <param name="engine">Knows the first epoch, and checks signatures.</param>
/// <param name="beginnings">What began each epoch but the first, up to the one that the replica is in.</param>
/// <param name="ahead">What began those behind it, as far as that was known when the replica was started.</param>
internal sealed class EpochChain(HybridEngine engine, ImmutableArray<HandoverCertificate> beginnings, IEnumerable<HandoverCertificate> ahead)
{
    /// <summary>How many certificates one message has at most.</summary>
    private const int CertificatesMax = 16;

    /// <summary>How often it is told that a member takes an epoch for another one. It goes on until somebody mends a configuration.</summary>
    private static readonly TimeSpan DivergenceInterval = TimeSpan.FromMinutes(1);

    private readonly List<HandoverCertificate> _ahead = [.. ahead];
    private readonly MemberPace _answers = new();
    private readonly MemberPace _questions = new();
    private readonly MemberPace _divergences = new(DivergenceInterval);

    /// <summary>What began each epoch but the first, up to the one that the replica is in.</summary>
    public ImmutableArray<HandoverCertificate> Beginnings { get; private set; } = beginnings;

    /// <summary>What began those behind it, as far as that is known.</summary>
    public IReadOnlyList<HandoverCertificate> Ahead => _ahead;

    /// <summary>What begins the epoch behind the one that the replica is in, if it has begun anywhere.</summary>
    public HandoverCertificate? Following => _ahead is [var first, ..] ? first : null;

    /// <summary>The epoch that the replica is in.</summary>
    public EpochDescriptor Current => Beginnings is [.., var last] ? last.Next : engine.First;

    /// <summary>The last epoch of which it is known here that it has begun.</summary>
    public EpochDescriptor LastKnown => _ahead is [.., var last] ? last.Next : Current;

    /// <summary>When this is on disk, so is what began each epoch that is known here. Nothing of an epoch may be on disk before: a replica must find out which one it was in.</summary>
    public Lsn SavedAt { get; private set; }

    /// <summary>The members' votes have made a certificate.</summary>
    public void OnComplete(HandoverCertificate certificate, EffectBuffer effects)
    {
        if (_ahead.Count == 0)
        {
            Add(certificate, effects);
        }
    }

    /// <summary>The replica enters the last of so many epochs behind the one that it was in.</summary>
    public void Enter(int count)
    {
        Beginnings = Beginnings.AddRange(_ahead.Take(count));
        _ahead.RemoveRange(0, count);
    }

    /// <summary>A member speaks in another epoch.</summary>
    public void OnOtherEpoch(NodeId member, in EpochTag epoch, Ticks now, EffectBuffer effects)
    {
        if (Find(epoch.Number) is { } known && Differs(known, epoch.Id) && _divergences.MayPass(member, now))
        {
            effects.Raise(new EpochDiverged(epoch.Number, member, known.Id, epoch.Id));
        }

        if (epoch.Number < Current.Number)
        {
            Tell(member, epoch.Number, now, effects);
        }
        else if (epoch.Number > LastKnown.Number && _questions.MayPass(member, now))
        {
            effects.Send(member, new ProofRequest(LastKnown.Number));
        }
    }

    /// <summary>A member knows no epoch beyond one.</summary>
    public void Tell(NodeId member, Epoch known, Ticks now, EffectBuffer effects)
    {
        if (known < LastKnown.Number && _answers.MayPass(member, now))
        {
            effects.Send(member, new HandoverProof([.. Beginnings.Concat(_ahead).Skip((int)known.Value).Take(CertificatesMax)]));
        }
    }

    /// <summary>A member has ended the epoch that the replica is in, and may not know that the next one has begun: who said so to this replica may have stopped since.</summary>
    public void OnEnded(NodeId member, Ticks now, EffectBuffer effects)
    {
        if (_ahead.Count > 0 && _answers.MayPass(member, now))
        {
            effects.Send(member, new HandoverProof([.. _ahead.Take(CertificatesMax)]));
        }
    }

    /// <summary>A member shows what began later epochs. What does not begin the next one that is unknown here is not looked at.</summary>
    public void OnProof(NodeId from, HandoverProof proof, EffectBuffer effects)
    {
        foreach (var certificate in proof.Certificates.Where(certificate => certificate.Next.Number == LastKnown.Number.Next))
        {
            if (certificate.DefectAfter(LastKnown, engine.VerifierIn(LastKnown)) is { } defect)
            {
                effects.Raise(new MessageRejected(from, $"What should begin epoch {certificate.Next.Number.Value} does not: {defect}", 0));
                return;
            }

            Add(certificate, effects);
        }
    }

    /// <summary>The epoch of a number, if it is known here.</summary>
    private EpochDescriptor? Find(Epoch number) =>
        number == engine.First.Number ? engine.First
        : number <= Current.Number ? Beginnings[(int)number.Value - 1].Next
        : _ahead.Find(certificate => certificate.Next.Number == number)?.Next;

    /// <summary>Whether an identity is none of those that messages of an epoch carry: of Raft's there are two, for what agrees on its end has its own.</summary>
    private static bool Differs(EpochDescriptor known, in Digest id) =>
        id != known.Id && !(known.Protocol == EpochProtocol.Raft && id == known.ToAgreement().Id);

    private void Add(HandoverCertificate certificate, EffectBuffer effects)
    {
        _ahead.Add(certificate);
        engine.Publish(new EpochHistory(engine.First, [.. Beginnings, .. _ahead]));
        SavedAt = effects.Save(EpochSlots.Beginning(certificate.Next.Number), EpochSlots.BeginningValue(certificate));
    }
}
