namespace Consensus.Museum.Tests.Exhibits;

/// <summary>Bugs in how one engine follows another.</summary>
internal static class Epochs
{
    private const string Scope = "Hybrid/Epochs/EpochScope.cs";

    public static IEnumerable<Exhibit> All =>
    [
        new()
        {
            Name = "S3 entries behind the seal",
            Bug = "What is committed behind the order that ends the epoch is applied too, by those whom it reaches before they have ended it.",
            Origin = "Stoppable Paxos: what is chosen behind the stop-sign must have no effect",
            Mutations = [new(Scope, "committed.Index <= Handed.Index || committed.Index > Stop", "committed.Index <= Handed.Index")],
            Conditions = Conditions.ManyEpochs,
            FoundBy = ["replica failures", "epochs are exclusive"],
        },
    ];
}
