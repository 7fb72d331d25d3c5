using Consensus.Simulation.Clients;
using Consensus.Simulation.Histories;

namespace Consensus.Simulation.Tests.Checkers;

/// <summary>
/// Tries every order of every choice of open calls, with a register of its own: slow, and too simple to share a mistake with the search.
/// </summary>
internal static class BruteForce
{
    public static bool IsLinearizable(IReadOnlyList<RegisterCall> calls)
    {
        var ended = calls.Where(call => call.Completed != RegisterCall.Never).ToArray();
        var open = calls.Where(call => call.Completed == RegisterCall.Never).ToArray();
        return Enumerable.Range(0, 1 << open.Length)
            .Select(choice => ended.Concat(open.Where((_, i) => (choice & (1 << i)) != 0)).ToArray())
            .Any(chosen => Orders(chosen, 0).Any(Explains));
    }

    private static IEnumerable<RegisterCall[]> Orders(RegisterCall[] calls, int from)
    {
        if (from == calls.Length)
        {
            yield return calls;
            yield break;
        }

        for (var i = from; i < calls.Length; i++)
        {
            (calls[from], calls[i]) = (calls[i], calls[from]);
            foreach (var order in Orders(calls, from + 1))
            {
                yield return order;
            }

            (calls[from], calls[i]) = (calls[i], calls[from]);
        }
    }

    private static bool Explains(RegisterCall[] order)
    {
        for (var i = 0; i < order.Length; i++)
        {
            for (var j = i + 1; j < order.Length; j++)
            {
                if (order[j].Completed < order[i].Invoked)
                {
                    return false;
                }
            }
        }

        long? value = null;
        foreach (var call in order)
        {
            var isAsSeen = call.Function switch
            {
                RegisterFunction.Read => call.Value == value,
                RegisterFunction.Write => call.Outcome != CallOutcome.Rejected,
                _ => (call.Expected == value) != (call.Outcome == CallOutcome.Rejected),
            };
            if (!isAsSeen)
            {
                return false;
            }

            if (call.Function != RegisterFunction.Read && call.Outcome != CallOutcome.Rejected)
            {
                value = call.Value;
            }
        }

        return true;
    }
}
