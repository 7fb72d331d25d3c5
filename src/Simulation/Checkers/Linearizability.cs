using Consensus.Simulation.Histories;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// Every register behaves as if each call took effect at one moment between its beginning and its end (Herlihy and Wing, Linearizability: a
/// correctness condition for concurrent objects, 1990). The search is <see cref="RegisterSearch"/>.
/// </summary>
/// <remarks>
/// <para>
/// For its client a call whose outcome is unknown may take effect at any time after its beginning, or never: to give it an end at its caller's time
/// limit reports a violation where a replica proposes the command again after that. But calls that stay open to the end of the run double the search
/// each, and dozens of them meet on one key after long partitions. Here all replicas are seen, and a command takes effect where a replica applies it
/// first (<see cref="CallEffects"/>): its call ends there, with the outcome that it had there; and one that no replica had applied when all had caught
/// up has had no effect, and is left out.
/// </para>
/// <para>
/// This hides nothing: an order that explains the shorter calls explains the longer ones. And it asks no more of a group than it promises: what any
/// replica has applied is committed, so every read that begins later sees it (<see cref="ReadIndexSoundness"/>), and every command that is proposed
/// later lies behind it. The order of the first applications, with each answer behind the entry that it shows, is therefore always an order to be
/// found. The end is the place among the beginnings and ends of calls, not the time, at which many of them may happen. A replica that applies what is
/// not committed, or something else than others do, makes all this untrue; it is a violation then already (<see cref="NoFork"/>,
/// <see cref="ResultAgreement"/>). So is a command that takes effect twice (<see cref="ExactlyOnce"/>): the first time counts here, as a client may
/// call once only for each effect.
/// </para>
/// <para>
/// Answered calls keep the ends that their clients saw. A refused command has no effect, which is a promise: a value that it was to write and that
/// is read is a violation. A rejected compare-and-swap says that the register did not have the expected value. What is exported
/// (<see cref="HistoryWriter"/>) is what clients know: there unknown outcomes stay open. A search that takes too long has decided nothing, and is
/// reported as that: a search that is cut off must not pass.
/// </para>
/// </remarks>
internal sealed class Linearizability(CallHistory history, AppliedHistory? applied = null, long stepsMax = Linearizability.StepsMax) : Checker
{
    private const long StepsMax = 3_000_000;
    private const int CallsShown = 12;

    /// <inheritdoc/>
    public override string Name => "linearizability";

    /// <inheritdoc/>
    public override bool KnowsAllCommands => true;

    /// <inheritdoc/>
    public override void OnFinished(IReadOnlyList<SimulatedNode> nodes)
    {
        var effects = applied is null ? null : new CallEffects(history.Calls, applied.Entries);
        foreach (var register in RegisterHistory.Of(history.Calls, effects))
        {
            Check(register);
        }
    }

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
                Report($"key {register.Key}: not decided, which is no pass: {stepsMax} steps of the search have found no order of the calls that explains their answers, and have not shown that there is none; {register.Calls.Count} calls, {register.Calls.Count(call => !call.IsAnswered)} of them not answered");
                break;
        }
    }
}
