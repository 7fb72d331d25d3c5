namespace Consensus.Museum.Tests.Exhibits;

/// <summary>Bugs in how entries, snapshots and requests get where they belong.</summary>
internal static class Delivery
{
    private const string Receiver = "Raft/Replication/LogReceiver.cs";
    private const string State = "Raft/RaftState.cs";

    public static IEnumerable<Exhibit> All =>
    [
        new()
        {
            Name = "R21 an old snapshot is installed",
            Bug = "A snapshot that comes late or twice replaces a log and a state that are further on.",
            Origin = "etcd issue 1763",
            Mutations =
            [
                new(Receiver, "if (chunk.Snapshot.Position.Index <= state.Commit && !repair.Wants(chunk.Snapshot))", "if (chunk.Snapshot.Position.Index < LogIndex.Zero)"),
                new(Receiver, "else if (position.Index > state.Commit)", "else if (position.Index > LogIndex.Zero)"),
                new(Receiver, "if (state.Log.Knows(position.Index) && state.Log.PositionOf(position.Index) == position)", "if (state.Log.LastIndex == position.Index)"),
                new(State, "        Invariant.Holds(index > Commit, \"Only a snapshot that is ahead is installed.\");\n", ""),
            ],
            Conditions = Conditions.Snapshots,
            FirstSeed = 49,
            FoundBy = ["monotonic", "state ordering", "replica failures", "committed on quorum"],
        },
        new()
        {
            Name = "R25 a full window whose messages are lost",
            Bug = "A leader that waits for answers to lost messages sends nothing more, and nobody tells it that they are lost.",
            Origin = "etcd's maybeSendAppend; hashicorp/raft issue 612",
            Mutations =
            [
                new("Raft/Replication/Replicator.cs", "                member.Inflight.FreeOldest();\n", ""),
            ],
            Conditions = Conditions.SmallWindow,
            FoundBy = ["progress"],
        },
        new()
        {
            Name = "R33 a repeated request takes effect twice",
            Bug = "A command that a client sends again because it heard no answer is applied again.",
            Origin = "rabbitmq/ra issue 145, fluree issues 1716 and 1839, and who has no sessions",
            Mutations = [new("Replication/Sessions/SessionedStateMachine.cs", "            return earlier;", "            _machine.Apply(new CommandContext(entry.Index, entry.Time, envelope.Request), envelope.Body, ResultBuffer());\n            return earlier;")],
            Conditions = Conditions.ManyTerms,
            FoundBy = ["exactly once", "read coherence", "result agreement", "linearizability"],
            BreaksLinearizability = true,
        },
        new()
        {
            Name = "R34 a closed session comes back",
            Bug = "A request of a session that was closed for want of room opens it again: what it had done before is forgotten, and done again.",
            Origin = "Tigerbeetle's remark on evicted clients",
            Mutations =
            [
                new("Replication/Sessions/SessionedStateMachine.cs", "        if (!_sessions.TryFind(envelope.Request.Client, out var place))", "        _sessions.Reopen(envelope.Request.Client, entry.Index);\n        if (!_sessions.TryFind(envelope.Request.Client, out var place))"),
                new("Replication/Sessions/SessionTable.cs", "    /// <summary>Finds the session of an entry.", "    public void Reopen(ClientId client, LogIndex index)\n    {\n        if (!_byClient.ContainsKey(client.Value))\n        {\n            if (_byUse.Count >= options.SessionsMax)\n            {\n                Close(_byUse.First!);\n            }\n\n            Add(new Session(client, default, new LogIndex(index.Value - 1), acknowledgedBelow: 1));\n        }\n    }\n\n    /// <summary>Finds the session of an entry."),
                new("Replication/Sessions/SessionTable.cs", "            throw new ConsensusException(", "            _ = new ConsensusException("),
            ],
            Conditions = Conditions.FewSessions,
            FoundBy = ["exactly once"],
        },
    ];
}
