using Consensus.Simulation.Clients;

namespace Consensus.Simulation.Histories;

/// <summary>
/// Where the commands of clients took effect that were never told: clients without an answer know only that it may have been at any time since, or
/// may yet be; whoever sees all replicas knows more.
/// </summary>
/// <remarks>
/// A client without a session does not know the number of its command, so entries belong to calls by the commands' bytes. The entries that answered
/// somebody are that call's; those left go to the calls left that have the same bytes, in the order of both. Two deletes of one key cannot be told
/// apart, and need not be: they do the same, and where each entry has a call that began before it, so it has in this order.
/// </remarks>
internal sealed class CallEffects
{
    private readonly Dictionary<long, AppliedEntry> _byCall = [];

    /// <param name="calls">All calls of the run, in the order of their beginning.</param>
    /// <param name="entries">All commands that were applied, in the order of the log.</param>
    public CallEffects(IReadOnlyCollection<ClientCall> calls, IEnumerable<AppliedEntry> entries)
    {
        var commands = calls.Where(call => !call.Operation.IsQuery).ToArray();
        var answered = commands.Where(call => call.IsAnswered).Select(call => call.Index).ToHashSet();
        var left = new Dictionary<Digest, Queue<AppliedEntry>>();
        foreach (var entry in entries.Where(entry => entry.IsFirst && !answered.Contains(entry.Index)))
        {
            if (!left.TryGetValue(entry.Body, out var ofBody))
            {
                left.Add(entry.Body, ofBody = new Queue<AppliedEntry>());
            }

            ofBody.Enqueue(entry);
        }

        foreach (var call in commands.Where(call => !call.IsCompleted || call.Outcome == CallOutcome.Unknown))
        {
            if (left.TryGetValue(call.Hash, out var ofBody) && FirstAfter(call, ofBody) is { } entry)
            {
                _byCall.Add(call.Number, entry);
            }
        }
    }

    /// <summary>The entry at which an unanswered call took effect, or was rejected; <see langword="null"/> if it did not come to that.</summary>
    public AppliedEntry? Of(ClientCall call) => _byCall.GetValueOrDefault(call.Number);

    private static AppliedEntry? FirstAfter(ClientCall call, Queue<AppliedEntry> entries)
    {
        while (entries.TryDequeue(out var entry))
        {
            if (entry.Event > call.Invoked)
            {
                return entry;
            }
        }

        return null;
    }
}
