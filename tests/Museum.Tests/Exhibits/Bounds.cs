namespace Consensus.Museum.Tests.Exhibits;

/// <summary>Bugs in what is to stay small.</summary>
internal static class Bounds
{
    private const string ProposalIntake = "Raft/Proposals/ProposalIntake.cs";

    public static IEnumerable<Exhibit> All =>
    [
        new()
        {
            Name = "R38 without a quorum the log grows without end",
            Bug = "A leader appends whatever it is given, also when nothing is committed any more.",
            Origin = "the reason for etcd's MaxUncommittedEntriesSize and for openraft's check of the quorum",
            Mutations = [new(ProposalIntake, "        return _uncommittedBytes >= state.Options.UncommittedBytesMax\n            || state.Log", "        return state.Log")],
            Conditions = Conditions.Crowds,
            FoundBy = ["bounded core"],
        },
        new()
        {
            Name = "a leader's own entries are forgotten without having been counted",
            Bug = "Only commands are added to the uncommitted bytes, and every entry is subtracted: the bound moves away with each term and configuration.",
            Origin = "this project, until the checker of bounds was written",
            Mutations = [new(ProposalIntake, "    public void ForgetCommitted()\n    {\n        CountAppended();\n", "    public void ForgetCommitted()\n    {\n        _countedTo = LogIndex.Max(_countedTo, state.Log.LastIndex);\n")],
            Conditions = Conditions.Rough,
            FoundBy = ["bounded core"],
        },
        new()
        {
            Name = "readers who have given up are counted for good",
            Bug = "A read that is refused at its time limit is not taken off the count of those that wait: in the end all are refused as overload.",
            Origin = "what every hand-kept count of a queue risks",
            Mutations = [new("Engine/Gateway/PendingRead.cs", "    public void Refuse(RefusalReason reason) => Complete(new QueryResult(reason, LogIndex.Zero, default));", "    public void Refuse(RefusalReason reason) => _completion.TrySetResult(new QueryResult(reason, LogIndex.Zero, default));")],
            Conditions = Conditions.Rough,
            FoundBy = ["bounded memory"],
        },
    ];
}
