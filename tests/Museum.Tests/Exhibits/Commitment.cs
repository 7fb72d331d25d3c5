namespace Consensus.Museum.Tests.Exhibits;

/// <summary>Bugs in what counts as committed.</summary>
internal static class Commitment
{
    private const string Replicator = "Raft/Replication/Replicator.cs";
    private const string Receiver = "Raft/Replication/LogReceiver.cs";
    private const string QuorumMath = "Raft/Quorum/QuorumMath.cs";

    public static IEnumerable<Exhibit> All =>
    [
        new()
        {
            Name = "R1 figure 8",
            Bug = "A leader counts the replicas of an entry of an older term, and commits it; a later leader overwrites it.",
            Origin = "Raft as one first understands it; etcd's raft tests for it by the paper's figure",
            Mutations = [new(Replicator, " && _state.Log.TermOf(index) == _state.Term)", ")")],
            Conditions = Conditions.ManyTerms,
            FirstSeed = 7,
            FoundBy = ["committed on quorum", "leader completeness"],
        },
        new()
        {
            Name = "R2 no entry at the beginning of a term",
            Bug = "A new leader appends nothing of its own, and cannot commit what its predecessors left until somebody sends a command; reads wait.",
            Origin = "early etcd and others",
            Mutations = [new(Replicator, "        _state.Append(EntryKind.NoOp, default, default);\n", "")],
            Conditions = Conditions.OneCaller,
            FoundBy = ["progress"],
        },
        new()
        {
            Name = "R23 heartbeats commit a tail that diverges",
            Bug = "A heartbeat carries the leader's commit index as it is, and a follower whose log has not been compared yet commits what it has.",
            Origin = "the reason for the minimum in etcd's sendHeartbeat",
            Mutations = [new("Raft/Election/Roles.cs", "var commit = LogIndex.Min(member.Match, state.Commit);", "var commit = state.Commit;")],
            Conditions = Conditions.Rough,
            FoundBy = ["no fork", "replica failures", "state agreement", "committed immutable"],
        },
        new()
        {
            Name = "R26 what a majority has is read from an unsorted list",
            Bug = "The match indexes are not in order when the middle one is taken: entries are committed without a quorum.",
            Origin = "openraft issue 1802",
            Mutations = [new(QuorumMath, "        reached.Sort();\n", "")],
            Conditions = Conditions.Rough,
            FoundBy = ["committed on quorum"],
        },
        new()
        {
            Name = "R39 a commit index beyond what was sent fails",
            Bug = "A follower that gets a commit index beyond the entries beside it fails, instead of going as far as they go.",
            Origin = "DotNext 6.4.0",
            Mutations = [new(Receiver, "state.CommitTo(LogIndex.Min(request.Commit, last));", "state.CommitTo(request.Commit);")],
            Conditions = Conditions.Rough,
            FirstSeed = 4,
            FoundBy = ["replica failures"],
        },
        new()
        {
            Name = "R40 only those who answered are counted",
            Bug = "The commit index is the middle of the answers so far: with one answer, its own, a leader commits.",
            Origin = "DotNext",
            Mutations =
            [
                new(QuorumMath, "        return reached[^size];", "        var answered = reached.TrimStart(0UL);\n        return answered.IsEmpty ? 0 : answered[^Size(answered.Length)];"),
            ],
            Conditions = Conditions.Rough,
            FoundBy = ["committed on quorum"],
        },
    ];
}
