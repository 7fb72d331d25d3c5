using Consensus.Engine;

namespace Consensus.Simulation.Observation;

/// <summary>What is kept of an entry of a log: enough to tell whether two are the same, and through the chain whether all before are.</summary>
internal readonly record struct EntryMark(LogIndex Index, Term Term, EntryKind Kind, Digest Chain)
{
    public static EntryMark Of(in LogEntry entry) => new(entry.Index, entry.Term, entry.Kind, entry.Chain);

    /// <inheritdoc/>
    public override string ToString() => $"entry {Index} of term {Term} ({Kind}, chain {Chain.ToString()[..8]})";
}
