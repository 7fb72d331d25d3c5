using Consensus.Simulation.Clients;
using Consensus.Simulation.Histories;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// Every register behaves as if each call took effect at one moment between its beginning and its end (Herlihy and Wing, Linearizability: a
/// correctness condition for concurrent objects, 1990). The search is <see cref="RegisterSearch"/>.
/// </summary>
/// <remarks>
/// A call whose outcome is unknown may take effect at any time after its beginning, or never: to give it an end at its caller's time limit
/// reports a violation where a replica proposes the command again after that. A refused command has no effect, which is a promise: a value
/// that it was to write and that is read is a violation. A rejected compare-and-swap says that the register did not have the expected value.
/// A command of unknown outcome that no replica had applied when all had caught up has had no effect, and is left out: after long partitions there are
/// dozens of them, and each doubles the search. That what is read was applied is for <see cref="ReadCoherence"/>.
/// A search that takes too long has decided nothing, and is reported as that: a search that is cut off must not pass.
/// </remarks>
internal sealed class Linearizability(CallHistory history, AppliedHistory? applied = null, long stepsMax = Linearizability.StepsMax) : Checker
{
    private const long StepsMax = 3_000_000;
    private const int CallsShown = 12;

    /// <inheritdoc/>
    public override string Name => "linearizability";

    /// <inheritdoc/>
    public override void OnFinished(IReadOnlyList<SimulatedNode> nodes)
    {
        var bodies = applied?.Entries.Where(entry => entry.IsFirst).Select(entry => entry.Body).ToHashSet();
        foreach (var register in RegisterHistory.Of([.. history.Calls.Where(call => bodies is null || MayHaveTakenEffect(call, bodies))]))
        {
            Check(register);
        }
    }

    private static bool MayHaveTakenEffect(ClientCall call, HashSet<Digest> applied) =>
        call.Operation.IsQuery || call.IsAnswered || applied.Contains(call.Hash);

    private static string Explain(RegisterHistory register, RegisterCall inexplicable)
    {
        var before = register.Calls.Where(call => call != inexplicable && call.Invoked < inexplicable.Completed).ToArray();

        // What it is about is shown in any case: who wrote the value that is there, or should be.
        var shown = before.Where((call, i) =>
            i >= before.Length - CallsShown || (call.Value is { } value && (value == inexplicable.Value || value == inexplicable.Expected)));
        return $"key {register.Key}: no order of the calls explains their answers. Up to this one there is an order:\n  {inexplicable}\n"
            + $"Before it ended, the last of {before.Length} and those with its values:\n  {string.Join("\n  ", shown)}";
    }

    private void Check(RegisterHistory register)
    {
        switch (RegisterSearch.Search(register.Calls, stepsMax))
        {
            case RegisterVerdict.Linearizable:
                break;
            case RegisterVerdict.Violated:
                Report(Explain(register, register.FirstInexplicable(stepsMax)));
                break;
            case RegisterVerdict.Undecided:
                Report($"key {register.Key}: not decided within {stepsMax} steps; {register.Calls.Count} calls, {register.Calls.Count(call => call.IsOpen)} of them open");
                break;
        }
    }
}
