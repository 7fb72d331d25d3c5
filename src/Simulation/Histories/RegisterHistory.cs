using Consensus.Simulation.Clients;

namespace Consensus.Simulation.Histories;

/// <summary>
/// The calls on one register. Registers are independent of each other, so each can be looked at alone: all are linearizable if each is
/// (Herlihy and Wing, Linearizability, 1990, section 3.3).
/// </summary>
/// <param name="Key">The register's key.</param>
/// <param name="Calls">Its calls in the order of their beginning; those that say nothing about it are left out.</param>
internal sealed record RegisterHistory(string Key, IReadOnlyList<RegisterCall> Calls)
{
    /// <summary>
    /// The keys of the registers whose calls can contradict each other. Where nobody reads while the run goes on, and many write at once, a
    /// search for an order of the writes would take for ever; the reads at its end are compared with what was applied (<see cref="Checkers.ReadCoherence"/>).
    /// </summary>
    public static IReadOnlySet<string> TellingKeys(IEnumerable<ClientCall> calls) =>
        calls.Where(call => call.FinalNode == NodeId.None)
            .Select(call => call.Operation)
            .OfType<RegisterOperation>()
            .Where(operation => operation.Function != RegisterFunction.Write)
            .Select(operation => operation.Key)
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>The registers of a run that tell something, in the order of their keys' first use.</summary>
    /// <param name="calls">The calls.</param>
    /// <param name="effects">
    /// What became of those that were not answered: then they end there, and those that had no effect are left out. Without it they are open, as
    /// they are for their clients.
    /// </param>
    public static IEnumerable<RegisterHistory> Of(IReadOnlyCollection<ClientCall> calls, CallEffects? effects = null)
    {
        var telling = TellingKeys(calls);
        var keys = new List<RegisterHistory>();
        var byKey = new Dictionary<string, List<RegisterCall>>(StringComparer.Ordinal);
        foreach (var call in calls)
        {
            if (call.Operation is not RegisterOperation operation || !telling.Contains(operation.Key))
            {
                continue;
            }

            if (!byKey.TryGetValue(operation.Key, out var ofKey))
            {
                byKey.Add(operation.Key, ofKey = []);
                keys.Add(new RegisterHistory(operation.Key, ofKey));
            }

            if (RegisterCall.Of(call, operation) is not { } registerCall)
            {
                continue;
            }

            if (effects is null || registerCall.IsAnswered)
            {
                ofKey.Add(registerCall);
            }
            else if (effects.Of(call) is { } entry)
            {
                ofKey.Add(registerCall.AppliedAt(entry));
            }
        }

        return keys;
    }

    /// <summary>
    /// The calls as they were known at a moment: what had not ended by then is open, and what had not begun is not there. If the whole is
    /// linearizable then so is this.
    /// </summary>
    public IReadOnlyList<RegisterCall> Until(long moment) =>
        [.. Calls.Where(call => call.Invoked <= moment && (call.Completed <= moment || MayHaveEffect(call))).Select(call => call.Completed <= moment ? call : Opened(call))];

    /// <summary>The first moment whose history is not linearizable, of a history that is not: what ends there cannot be explained.</summary>
    public RegisterCall FirstInexplicable(long stepsMax)
    {
        var ends = Calls.Where(call => !call.IsOpen).OrderBy(call => call.Completed).ToArray();
        var (lowest, highest) = (0, ends.Length - 1);
        while (lowest < highest)
        {
            var middle = (lowest + highest) / 2;
            if (RegisterSearch.Search(Until(ends[middle].Completed), stepsMax) == RegisterVerdict.Violated)
            {
                highest = middle;
            }
            else
            {
                lowest = middle + 1;
            }
        }

        return ends[lowest];
    }

    private static bool MayHaveEffect(RegisterCall call) => call.Function != RegisterFunction.Read && call.Outcome != CallOutcome.Rejected;

    private static RegisterCall Opened(RegisterCall call) => call with { Outcome = CallOutcome.Unknown, Completed = RegisterCall.Never };
}
