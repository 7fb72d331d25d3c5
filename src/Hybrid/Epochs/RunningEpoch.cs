using Consensus.Engine;

namespace Consensus.Hybrid;

/// <summary>The epoch that a replica is active in, with the core of its engine.</summary>
/// <param name="known">The epoch.</param>
/// <param name="core">The engine's core.</param>
/// <param name="scope">What the core's effects go through.</param>
internal sealed class RunningEpoch(KnownEpoch known, IProtocolCore core, EpochScope scope)
{
    private const int ReadBytes = 1 << 20;

    public EpochDescriptor Descriptor => known.Descriptor;

    public KnownEpoch Known => known;

    public EpochScope Scope => scope;

    /// <summary>Who has ended it.</summary>
    public HandoverVotes Votes { get; } = new(known);

    /// <summary>The engine's core, for checks.</summary>
    public IProtocolCore Core => core;

    /// <summary>What the core says it is.</summary>
    public CoreStatus Status => core.Status;

    /// <summary>Whether the core does nothing any more: it is still read from.</summary>
    public bool IsFrozen { get; private set; }

    public Ticks NextDeadline => IsFrozen ? Ticks.Never : core.NextDeadline;

    /// <summary>Nothing happens to the core from now on.</summary>
    public void Freeze() => IsFrozen = true;

    public void BeginTurn(Ticks now, Timestamp clock)
    {
        if (!IsFrozen)
        {
            core.BeginTurn(now, clock);
        }
    }

    public void Step(Ticks now, Input input, EffectBuffer effects)
    {
        if (!IsFrozen && (input is not TimePassed || now >= core.NextDeadline))
        {
            effects.Enter(scope);
            core.Step(now, input, effects);
            effects.Leave();
        }
    }

    public void EndTurn(Ticks now, EffectBuffer effects)
    {
        if (IsFrozen)
        {
            return;
        }

        effects.Enter(scope);
        core.EndTurn(now, effects);
        effects.Leave();
    }

    /// <summary>What proves an entry to somebody who was not there: no entry of an earlier epoch, and none while Raft runs.</summary>
    public ProofAnswer Prove(LogIndex index) =>
        IsBefore(index)
            ? ProofAnswer.Refused(RefusalReason.NotHere, $"Entry {index} lies before epoch {Descriptor.Number.Value}, whose first entry is {Descriptor.Beginning.Index}: there are proofs of the epoch that runs, and of none before.")
        : Descriptor.Protocol == EpochProtocol.Raft
            ? ProofAnswer.Refused(RefusalReason.NotSupported, $"Epoch {Descriptor.Number.Value} runs raft, whose replicas believe each other: it gives no proofs. What is written while PBFT or HotStuff runs is proven.")
        : core.Prove(index);

    /// <summary>The command of an entry that no f members can take back: of this epoch, or of an earlier one, as far as it is kept.</summary>
    /// <param name="index">The entry.</param>
    /// <param name="past">Has the entries before the epoch.</param>
    /// <param name="certified">While Raft runs, the last entry of which enough members have said that they have it.</param>
    public ProofAnswer FindCommand(LogIndex index, LatecomerDesk past, LogIndex? certified)
    {
        if (!IsBefore(index) && Descriptor.Protocol != EpochProtocol.Raft)
        {
            return core.FindCommand(index);
        }

        if (!IsBefore(index) && !(index <= certified))
        {
            return ProofAnswer.Refused(RefusalReason.NotHere, $"Entry {index} lies above the highest certified floor that is known here, {certified}: those who lead might still take it back.");
        }

        return (IsBefore(index) ? past.Find(index) : Find(index)) switch
        {
            null => ProofAnswer.Refused(RefusalReason.NotHere, $"Entry {index} is no longer kept here. Another replica may have it."),
            { Kind: EntryKind.Command } entry => new ProofAnswer(RefusalReason.None, "", null, entry.Payload.ToArray()),
            { } entry => ProofAnswer.Refused(RefusalReason.NotHere, $"Entry {index} is no command."),
        };
    }

    /// <summary>Whether the log of the core has an entry.</summary>
    public bool Has(LogPosition position) =>
        core.ReadEntries(position.Index, 0) is { IsEmpty: false } entries && entries.Span[0].Chain == position.Chain;

    /// <summary>
    /// Behind which entries that are here those may be missing that lead to an end, the most promising one first. Others may have forgotten what lies below their floors, so as little as possible is asked for; but the last entries of this
    /// replica's log may be others than those that are kept. What lies above the highest floor all those have from whose reports the end follows.
    /// </summary>
    /// <param name="end">The end, which is not here.</param>
    /// <param name="floor">The highest floor, if one is known.</param>
    public IReadOnlyList<LogPosition> PlacesBefore(LogPosition end, LogPosition? floor)
    {
        LogPosition?[] own = [LastBefore(end.Index), floor is { } place && place.Index < end.Index && Has(place) ? place : null];
        return [.. own.OfType<LogPosition>().Where(place => place.Index > scope.Handed.Index).Append(scope.Handed).Distinct()];
    }

    /// <summary>The entries of the core's log behind a place; none, if it does not go through there.</summary>
    public IEnumerable<LogEntry> ReadBehind(LogPosition place)
    {
        var first = core.ReadEntries(place.Index.Next, 0);
        if (first.IsEmpty)
        {
            return [];
        }

        var entry = first.Span[0];
        return new EntryChain().Next(place.Chain, entry.Index, entry.Term, entry.Kind, entry.Time, entry.Payload.Span) == entry.Chain ? Read(entry.Index, core.Status.LastIndex) : [];
    }

    /// <summary>The entries of the core's log from one on, to another. Their memory stays as it is as long as the core is frozen, or they are not applied.</summary>
    public IEnumerable<LogEntry> Read(LogIndex first, LogIndex last)
    {
        while (first <= last)
        {
            var entries = core.ReadEntries(first, ReadBytes);
            if (entries.IsEmpty)
            {
                yield break;
            }

            for (var i = 0; i < entries.Length && first <= last; i++)
            {
                yield return entries.Span[i];
                first = first.Next;
            }
        }
    }

    private bool IsBefore(LogIndex index) => Descriptor.Number > Epoch.Zero && index <= Descriptor.Beginning.Index;

    private LogEntry? Find(LogIndex index) => core.ReadEntries(index, 0) is { IsEmpty: false } entries && entries.Span[0] is var entry && entry.Index == index ? entry : null;

    private LogPosition? LastBefore(LogIndex index) =>
        core.ReadEntries(LogIndex.Min(core.Status.LastIndex, index - 1), 0) is { IsEmpty: false } entries && entries.Span[0] is var last ? new LogPosition(last.Index, last.Term, last.Chain) : null;
}
