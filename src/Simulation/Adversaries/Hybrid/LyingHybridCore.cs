using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Hybrid.Messages;
using Consensus.Hybrid.Threat;

namespace Consensus.Simulation.Adversaries.Hybrid;

/// <summary>Does what the core does, and lies besides.</summary>
/// <param name="core">The core.</param>
/// <param name="identity">Who lies.</param>
/// <param name="lies">Which lies it tells.</param>
internal sealed class LyingHybridCore(HybridCore core, HybridIdentity identity, HybridLies lies) : IProtocolCore
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private Ticks _lieAt = Ticks.Zero;
    private ulong _version;

    /// <inheritdoc/>
    public Ticks NextDeadline => Ticks.Min(core.NextDeadline, _lieAt);

    /// <inheritdoc/>
    public CoreStatus Status => core.Status;

    /// <inheritdoc/>
    public void BeginTurn(Ticks now, Timestamp clock) => core.BeginTurn(now, clock);

    /// <inheritdoc/>
    public void Step(Ticks now, Input input, EffectBuffer effects)
    {
        if (input is not TimePassed || now >= core.NextDeadline)
        {
            core.Step(now, input, effects);
        }
    }

    /// <inheritdoc/>
    public void EndTurn(Ticks now, EffectBuffer effects)
    {
        core.EndTurn(now, effects);
        if (now < _lieAt)
        {
            return;
        }

        _lieAt = now + Interval;
        var epoch = core.Running.Known;
        foreach (var other in epoch.Descriptor.Members.Members.Select(member => member.Id).Where(id => id != identity.Self))
        {
            if (lies.SignsBadly)
            {
                effects.Send(other, new ThreatNotice(epoch.Descriptor.Tag, new SignedThreatReport(new ThreatReport(identity.Self, other, ThreatLevel.Critical, ++_version), default)));
            }

            if (lies.SaysTwoThings)
            {
                effects.Send(other, End(epoch, effects, EpochProtocol.Pbft));
                effects.Send(other, End(epoch, effects, EpochProtocol.HotStuff));
            }
        }
    }

    /// <inheritdoc/>
    public ProofAnswer Prove(LogIndex index) => core.Prove(index);

    /// <inheritdoc/>
    public ProofAnswer FindCommand(LogIndex index) => core.FindCommand(index);

    /// <inheritdoc/>
    public ReadOnlyMemory<LogEntry> ReadEntries(LogIndex first, int bytesMax) => ((IProtocolCore)core).ReadEntries(first, bytesMax);

    /// <inheritdoc/>
    public Digest StateDigest() => core.StateDigest();

    /// <summary>The epoch ends where it begins, with a state that is none.</summary>
    private HandoverVote End(KnownEpoch epoch, EffectBuffer effects, EpochProtocol next)
    {
        var content = new HandoverContent(epoch.Descriptor.Next(next, epoch.Descriptor.Beginning, epoch.Descriptor.Time), default);
        return new HandoverVote(effects.LastLsn, epoch.Descriptor.Tag, content, epoch.Say(content).Sign(identity.Signer));
    }
}
