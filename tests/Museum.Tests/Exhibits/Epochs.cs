namespace Consensus.Museum.Tests.Exhibits;

/// <summary>Bugs in how one engine follows another.</summary>
internal static class Epochs
{
    private const string Scope = "Hybrid/Epochs/EpochScope.cs";
    private const string Core = "Hybrid/Epochs/HybridCore.cs";
    private const string Floors = "Hybrid/Floors/FloorDesk.cs";
    private const string Orders = "Hybrid/Epochs/SealOrder.cs";
    private const string Slots = "Hybrid/Epochs/EpochSlots.cs";
    private const string Sessions = "Replication/Sessions/SessionedStateMachine.cs";
    private const string SessionTable = "Replication/Sessions/SessionTable.cs";

    public static IEnumerable<Exhibit> All =>
    [
        new()
        {
            Name = "S1 majorities among members who may lie",
            Bug = "In an epoch of Raft majorities decide: of those that end it too few have what was committed for anybody to believe it.",
            Origin = "who lets an engine for crashes go ahead of one for liars as it is",
            Mutations = [new("Hybrid/Epochs/HybridEngine.cs", "SharesHonest = true", "SharesHonest = false")],
            Conditions = Conditions.ManyEpochsOfSeven,
            FirstSeed = 5,
            FoundBy = ["monotonic", "no fork"],
        },
        new()
        {
            Name = "S3 entries behind the seal",
            Bug = "What is committed behind the order that ends the epoch is applied too, by those whom it reaches before they have ended it.",
            Origin = "Stoppable Paxos: what is chosen behind the stop-sign must have no effect",
            Mutations = [new(Scope, "committed.Index <= Handed.Index || committed.Index > Stop", "committed.Index <= Handed.Index")],
            Conditions = Conditions.ManyEpochs,
            FoundBy = ["replica failures", "epochs are exclusive", "orders take effect once"],
        },
        new()
        {
            Name = "S2 an ended epoch goes on",
            Bug = "Whoever has said that it has ended an epoch goes on acknowledging and voting in it, until the next one begins.",
            Origin = "what Delos' rule, never unseal, prevents",
            Mutations =
            [
                new("Hybrid/Handover/RaftEnd.cs", "        epoch.Freeze();\n        var before", "        var before"),
                new("Hybrid/Epochs/EpochEnd.cs", "        if (IsRaft)\n", "        if (IsRaft && engine is null)\n"),
            ],
            Conditions = Conditions.ManyEpochs,
            FoundBy = ["ended is kept"],
        },
        new()
        {
            Name = "a floor counts that one replica has",
            Bug = "A replica that has the certificate of a floor on disk counts it, without asking who else has it: whoever ends the epoch without that replica knows of no such floor.",
            Origin = "this project; without the rule the model of the hybrid loses what was acknowledged",
            Mutations = [new(Floors, "LogIndex.Min(CountedIndex(), held.Position.Index)", "held.Position.Index")],
            Conditions = Conditions.ManyEpochs,
            FoundBy = ["floors that count are held"],
        },
        new()
        {
            Name = "a floor counts before it is on disk",
            Bug = "A replica says that it has the certificate of a floor on disk as soon as it has given it to the disk: after a crash it has none.",
            Origin = "R18 and R41 in the place of floors",
            Mutations = [new(Floors, "if (_saving is { } saving && saving.At <= durable)", "if (_saving is { } saving)")],
            Conditions = Conditions.ManyEpochs,
            FoundBy = ["floors that count are held"],
        },
        new()
        {
            Name = "S5 an order takes effect twice",
            Bug = "An order does not say which epoch it ends: given again, it ends the next one as well.",
            Origin = "the reason for the versions that Delos' MetaStore compares",
            Mutations =
            [
                new(Orders, "if (Ends != current.Id)", "if (Ends == default)"),
                new(Orders, "new Statement(ends, StatementKind", "new Statement(new SigningDomain(ends.Cluster, Epoch.Zero, default), StatementKind"),
            ],
            Conditions = Conditions.RepeatedOrders,
            FoundBy = ["orders take effect once"],
        },
        new()
        {
            Name = "S7 one report is enough",
            Bug = "An epoch of Raft ends by the word of one member: a liar moves the group when it likes.",
            Origin = "who takes a suspicion for a proof",
            Mutations =
            [
                new("Hybrid/Threat/ReportBoard.cs", "(domain, options, members.WeakQuorum)", "(domain, options, 1)"),
                new("Hybrid/Threat/ThreatDesk.cs", "threat.Reporters.Take(_epoch!.Descriptor.Members.WeakQuorum)", "threat.Reporters.Take(1)"),
                new("Hybrid/Handover/EndCause.cs", "return Reports.Length != epoch.Descriptor.Members.WeakQuorum", "return Reports.Length != 1"),
            ],
            Conditions = Conditions.Slandered,
            FoundBy = ["suspicion is sound"],
        },
        new()
        {
            Name = "S8 sessions end with their epoch",
            Bug = "The session table is not carried into the next epoch: a request that is repeated there is new.",
            Origin = "who keeps sessions in the engine instead of in the state",
            Mutations =
            [
                new(Sessions, "        if (envelope.Kind == CommandKind.Seal)\n        {", "        if (envelope.Kind == CommandKind.Seal)\n        {\n            _sessions = new SessionTable(_options);"),
                new(Sessions, "        if (!_sessions.TryFind(envelope.Request.Client, out var place))", "        _sessions.Reopen(envelope.Request.Client, entry.Index);\n        if (!_sessions.TryFind(envelope.Request.Client, out var place))"),
                new(SessionTable, "    /// <summary>Finds the session of an entry.", "    public void Reopen(ClientId client, LogIndex index)\n    {\n        if (!_byClient.ContainsKey(client.Value))\n        {\n            Add(new Session(client, default, new LogIndex(index.Value - 1), acknowledgedBelow: 1));\n        }\n    }\n\n    /// <summary>Finds the session of an entry."),
                new(SessionTable, "            throw new ConsensusException(", "            _ = new ConsensusException("),
            ],
            Conditions = Conditions.ManyEpochs,
            FirstSeed = 3,
            FoundBy = ["exactly once"],
        },
        new()
        {
            Name = "S9 what is said in one epoch counts in the next",
            Bug = "Messages of an earlier epoch are taken for those of the one that runs.",
            Origin = "who tells engines apart, and not their lives",
            Mutations = [new(Core, "if (message.Epoch != Current.Tag)", "if (message.Epoch.Number > Current.Number)")],
            Conditions = Conditions.ManyEpochs,
            FirstSeed = 5,
            FoundBy = ["replica failures", "no fork", "committed on quorum"],
        },
        new()
        {
            Name = "S9 signatures are of no epoch",
            Bug = "What is signed does not say in which epoch it is meant: what a member has said in two of them convicts it.",
            Origin = "who separates no domains",
            Mutations = [new("Hybrid/Epochs/EpochDescriptor.cs", "public SigningDomain Domain => new(Cluster, Number, Id);", "public SigningDomain Domain => new(Cluster, Epoch.Zero, default);")],
            Conditions = Conditions.ManySignedEpochs,
            FoundBy = ["signed for their epoch"],
        },
        new()
        {
            Name = "S10 one engine finds what another has saved",
            Bug = "What engines save is not marked with its epoch, and stays: a replica that is started again gives it to the engine that runs.",
            Origin = "who replays one log under two protocols",
            Mutations =
            [
                new(Slots, "return ((number.Value + 1) << EpochShift) | slot;", "return (1UL << EpochShift) | slot;"),
                new(Slots, " && slot >> EpochShift != number.Value + 1;", " && slot >> EpochShift > number.Value + 1;"),
                new(Core, "foreach (var slot in _epoch.Scope.Slots)", "foreach (var slot in Array.Empty<ulong>())"),
            ],
            Conditions = Conditions.ManyEpochs,
            FirstSeed = 20,
            FoundBy = ["replica failures", "frames", "refused starts"],
        },
    ];
}
