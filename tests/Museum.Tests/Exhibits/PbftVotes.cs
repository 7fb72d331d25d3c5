namespace Consensus.Museum.Tests.Exhibits;

/// <summary>Bugs in what PBFT counts and promises.</summary>
internal static class PbftVotes
{
    private const string ThreePhases = "Pbft/Agreement/ThreePhases.cs";

    public static IEnumerable<Exhibit> All =>
    [
        new()
        {
            Name = "P14 a replica's own prepare counts twice",
            Bug = "A block counts as prepared with one prepare less than 2f of distinct backups.",
            Origin = "what every count of messages, instead of senders, risks",
            Mutations = [new(ThreePhases, "Collector(vote, state.Members.Quorum - 1, state.Primary)", "Collector(vote, state.Members.Quorum - 2, state.Primary)")],
            Conditions = Conditions.ManyViews,
            FoundBy = ["certificate soundness"],
        },
        new()
        {
            Name = "a replica's own commit counts before it is on disk",
            Bug = "A replica executes a block with 2f commits of others and its own, which a crash may still take back.",
            Origin = "this project, until commits were compared with disks",
            Mutations = [new(ThreePhases, "            _unflushed.Enqueue(slot.OwnCommit);\n", "            Count(slot, state.Self, slot.OwnCommit);\n")],
            Conditions = Conditions.ManyViews,
            FoundBy = ["committed on quorum"],
        },
        new()
        {
            Name = "a prepare leaves before its block is on disk",
            Bug = "A backup says that it has accepted a block before it is on its disk: after a crash it accepts another.",
            Origin = "R18 in PBFT's place",
            Mutations = [new(ThreePhases, "new Prepare(lsn, state.View, slot.Number, digest, signature)", "new Prepare(default, state.View, slot.Number, digest, signature)")],
            Conditions = Conditions.ManyViews,
            FoundBy = ["promises are kept", "honest never equivocates"],
        },
    ];
}
