using Consensus.Engine;
using Consensus.Simulation.Checkers;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Nodes;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Histories;

/// <summary>
/// The commands that were applied, in the order of the log: each as the first replica did that reached it. A replica reaches an entry behind
/// the last one only from the state before it, so that the first applications come in order, whoever makes them.
/// </summary>
internal sealed class AppliedHistory(Agenda agenda, ClientPool clients, CommandHashes hashes) : Checker
{
    private readonly List<AppliedEntry> _entries = [];
    private readonly List<Action<AppliedEntry>> _subscribers = [];

    /// <inheritdoc/>
    public override string Name => "applied entries";

    /// <summary>The entries, by their indexes; those that are no commands are not there.</summary>
    public IReadOnlyList<AppliedEntry> Entries => _entries;

    /// <summary>The last entry that was applied anywhere.</summary>
    public LogIndex Last => _entries.Count > 0 ? _entries[^1].Index : LogIndex.Zero;

    /// <summary>The command at an index, if it is one and was applied.</summary>
    public AppliedEntry? this[LogIndex index]
    {
        get
        {
            var position = PositionAfter(index) - 1;
            return position >= 0 && _entries[position].Index == index ? _entries[position] : null;
        }
    }

    /// <summary>From now on tells somebody of each entry that is applied for the first time.</summary>
    public void Subscribe(Action<AppliedEntry> subscriber) => _subscribers.Add(subscriber);

    /// <summary>The position in <see cref="Entries"/> of the first command behind an index.</summary>
    public int PositionAfter(LogIndex index)
    {
        var (lowest, highest) = (0, _entries.Count);
        while (lowest < highest)
        {
            var middle = (lowest + highest) / 2;
            if (_entries[middle].Index <= index)
            {
                lowest = middle + 1;
            }
            else
            {
                highest = middle;
            }
        }

        return lowest;
    }

    /// <inheritdoc/>
    public override void OnApplied(SimulatedNode node, in LogEntry entry, in AppliedCommand applied, Digest state)
    {
        if (entry.Index > Last)
        {
            var (kind, body) = Command(entry);
            var added = new AppliedEntry(entry.Index, node.Id, agenda.Now, clients.NextEvent(), kind, body, applied with { Result = applied.Result.ToArray() });
            _entries.Add(added);
            _subscribers.ForEach(subscriber => subscriber(added));
        }
    }

    /// <summary>What an entry asks for, and the hash of its command; nothing, and that of no bytes, if it is no command envelope.</summary>
    public (CommandKind? Kind, Digest Body) Command(in LogEntry entry)
    {
        var isCommand = CommandEnvelope.TryRead(entry.Payload.Span, out var envelope);
        return (isCommand ? envelope.Kind : null, hashes.Of(entry.Index, envelope.Body));
    }
}
