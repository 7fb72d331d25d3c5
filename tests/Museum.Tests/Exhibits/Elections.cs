namespace Consensus.Museum.Tests.Exhibits;

/// <summary>Bugs in who leads.</summary>
internal static class Elections
{
    private const string Core = "Raft/RaftCore.cs";

    public static IEnumerable<Exhibit> All =>
    [
        new()
        {
            Name = "R12 longer log against higher term",
            Bug = "Requests of an older term are not answered: a replica with the longer log and the lower term never hears of the higher one, and the other cannot win.",
            Origin = "etcd issue 8501, openraft issue 1796, redpanda issue 2071",
            Mutations =
            [
                new("Raft/Election/Voting.cs", "        state.Send(from, new PreVoteResponse(granted ? request.Term : state.Term, granted));", "        if (granted)\n        {\n            state.Send(from, new PreVoteResponse(request.Term, granted));\n        }"),
                new(Core, "                _state.Send(from, new PreVoteResponse(_state.Term, Granted: false));\n                return false;", "                return false;"),
                new(Core, "                _state.Send(from, new VoteResponse(_state.Effects.LastLsn, _state.Term, Granted: false));\n                return false;", "                return false;"),
                new(Core, "                _state.Send(from, new AppendRejected(_state.Effects.LastLsn, _state.Term, last, last, _state.Log.LastTerm, IsFull: false));\n", ""),
            ],
            Conditions = Conditions.LostTransfers,
            FirstSeed = 4,
            FoundBy = ["progress"],
        },
        new()
        {
            Name = "R13 a leader without a quorum keeps the loyalty of others",
            Bug = "A leader does not look whether it still hears a quorum: its heartbeats keep those who hear it, but whom it does not hear, from voting.",
            Origin = "openraft issue 2080; the outage of Cloudflare on 2 November 2020",
            Mutations = [new("Raft/Election/Roles.cs", "if (!state.Quorum.IsQuorum(id => id == state.Self || replicator.Find(id) is { IsActive: true }))", "if (state.Quorum.Incoming.IsEmpty)")],
            Conditions = Conditions.OneWay,
            FirstSeed = 11,
            FoundBy = ["progress"],
        },
        new()
        {
            Name = "R18 a vote leaves before it is on disk",
            Bug = "A vote is sent at once and written later: after a crash in between the replica votes again, for another.",
            Origin = "the reason for the order of saving and sending in etcd's raft",
            Mutations = [new("Raft/Election/Voting.cs", "new VoteResponse(state.Effects.LastLsn, state.Term, granted)", "new VoteResponse(default, state.Term, granted)")],
            Conditions = Conditions.SlowDisks,
            FoundBy = ["honest never equivocates", "votes are kept", "election safety"],
        },
        new()
        {
            Name = "R19 a term is not on disk before its entries",
            Bug = "A follower notes a new leader's term in memory only, and writes the entries: after a crash it is back in an older term.",
            Origin = "openraft's notes on the order of writes",
            Mutations = [new("Raft/RaftState.cs", "        Effects.Save(HardState.Slot, new HardState(term, votedFor).ToBytes());", "        if (votedFor != NodeId.None)\n        {\n            Effects.Save(HardState.Slot, new HardState(term, votedFor).ToBytes());\n        }")],
            Conditions = Conditions.Rough,
            FoundBy = ["honest never equivocates"],
        },
        new()
        {
            Name = "a vote for a candidate whose log is behind",
            Bug = "A replica grants its vote without comparing logs: a leader lacks what is committed.",
            Origin = "Raft's election restriction, left out",
            Mutations = [new("Raft/Election/Voting.cs", "var granted = free && state.Log.IsUpToDate(request.LastIndex, request.LastTerm);", "var granted = free;"),
                new("Raft/Election/Voting.cs", "var granted = request.Term > state.Term && state.Log.IsUpToDate(request.LastIndex, request.LastTerm);", "var granted = request.Term > state.Term;")],
            Conditions = Conditions.Rough,
            FoundBy = ["leader completeness"],
        },
    ];
}
