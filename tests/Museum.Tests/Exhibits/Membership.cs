namespace Consensus.Museum.Tests.Exhibits;

/// <summary>Bugs in who belongs to the group.</summary>
internal static class Membership
{
    private const string Changes = "Raft/Membership/MembershipChanges.cs";
    private const string Planner = "Raft/Membership/MembershipPlanner.cs";
    private const string History = "Raft/Membership/MembershipHistory.cs";

    public static IEnumerable<Exhibit> All =>
    [
        new()
        {
            Name = "R3 changes of one server before an entry of the term",
            Bug = "One voter at a time is added or removed without a joint configuration, and a leader may do so before it has committed an entry of its own term: two leaders change from different bases, and majorities need not meet.",
            Origin = "Raft's single-server changes as first published; Ongaro's correction of 2015",
            Mutations =
            [
                new(Planner, "if (before.SequenceEqual(Voters(target)))", "if (before.Except(Voters(target)).Count() + Voters(target).Except(before).Count() <= 1)"),
                new(Changes, "        if (!replicator.HasCommittedInTerm)\n        {\n            TakeEarly(", "        if (state.Term == Term.Zero)\n        {\n            TakeEarly("),
                new(Changes, "if (state.MembershipIndex > state.Commit || !replicator.HasCommittedInTerm)", "if (state.MembershipIndex > state.Commit)"),
            ],
            Conditions = Conditions.MembershipChanges,
            FirstSeed = 7,
            FoundBy = ["one change at a time", "election safety", "no fork"],
        },
        new()
        {
            Name = "R6 a change from a configuration that is not committed",
            Bug = "A change begins while another is uncommitted or half done, and leaves out the majority that the other still needs.",
            Origin = "what etcd's DisableConfChangeValidation warns of; hashicorp's membership notes",
            Mutations = [new(Changes, "if (_pending != replaced || state.MembershipIndex > state.Commit || state.Membership.IsJoint)", "if (state.Term == Term.Zero)")],
            Conditions = Conditions.MembershipChanges,
            FirstSeed = 15,
            FoundBy = ["one change at a time", "election safety", "no fork"],
        },
        new()
        {
            Name = "R7 a configuration outlives its entry",
            Bug = "When an uncommitted configuration is truncated with the log, the replica does not fall back to the one before.",
            Origin = "hashicorp's membership notes; openraft",
            Mutations =
            [
                new(History, "while (_history.Count > 1 && CurrentIndex >= first)", "while (_history.Count < 0)"),
                new(History, "        Invariant.Holds(index > CurrentIndex, \"Configurations are appended in order.\");\n", ""),
            ],
            Conditions = Conditions.MembershipChanges,
            FoundBy = ["configuration follows log"],
        },
        new()
        {
            Name = "R36 members come from the first start's list",
            Bug = "A replica that starts again goes by the members that it was created with, not by those in its log.",
            Origin = "d-engine issue 431, DotNext issue 107",
            Mutations =
            [
                new("Raft/RaftState.cs", ": new MembershipHistory(Commit, Snapshot.Membership, options.SharesHonest);", ": new MembershipHistory(Commit, recovered.Bootstrap, options.SharesHonest);"),
                new("Raft/RaftState.cs", "            NoteMembership(Log[index]);\n        }\n    }\n\n    public RaftOptions", "        }\n    }\n\n    public RaftOptions"),
            ],
            Conditions = Conditions.MembershipChanges,
            FoundBy = ["configuration follows log"],
        },
    ];
}
