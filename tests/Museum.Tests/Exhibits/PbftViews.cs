namespace Consensus.Museum.Tests.Exhibits;

/// <summary>Bugs in how PBFT goes from one view to the next.</summary>
internal static class PbftViews
{
    private const string NewViewBlocks = "Pbft/Views/NewViewBlocks.cs";
    private const string ViewChanges = "Pbft/Views/ViewChanges.cs";
    private const string Follow = "if (later.Length >= state.Members.WeakQuorum)";

    public static IEnumerable<Exhibit> All =>
    [
        new()
        {
            Name = "P2 backups believe the start of a view",
            Bug = "A backup does not compute again which blocks a view begins with: a Byzantine primary puts null blocks in place of what was prepared.",
            Origin = "swarmDB issue 188",
            Mutations = [new("Pbft/Messages/PbftMessageVerifier.cs", "if (reissue.Number != number || reissue.Digest != expected.Digests[i])", "if (reissue.Number != number)")],
            Conditions = Conditions.ForgedViews,
            FirstSeed = 22,
            FoundBy = ["views begin soundly", "no fork", "committed immutable", "replica failures"],
        },
        new()
        {
            Name = "P3 a view begins after another checkpoint than the newest",
            Bug = "The stable checkpoint is taken from one of the view changes, and not the newest of all: numbers that a checkpoint covers are given to other blocks.",
            Origin = "hyperledger-archives/fabric issue 1111",
            Mutations = [new(NewViewBlocks, "            stable = viewChange.Stable.Number > stable.Number ? viewChange.Stable : stable;\n", "            stable = viewChanges[0].Stable;\n")],
            Conditions = Conditions.ManyViews,
            FirstSeed = 37,
            FoundBy = ["views begin soundly"],
        },
        new()
        {
            Name = "P6 gaps are not filled",
            Bug = "A view begins with what was prepared up to the first number of which nothing was: what was prepared after it is given up, also what others may have committed.",
            Origin = "what is left if null requests are forgotten; swarmDB issue 358 has a variant",
            Mutations = [new(NewViewBlocks, "        return new NewViewBlocks(stable, digests);\n", "        return new NewViewBlocks(stable, Array.IndexOf(views, null) is var gap and >= 0 ? digests[..gap] : digests);\n")],
            Conditions = Conditions.ManyBlocks,
            FirstSeed = 172,
            FoundBy = ["views begin soundly"],
        },
        new()
        {
            Name = "P12 nobody is followed",
            Bug = "Whoever is behind does not join f+1 members that have gone to later views: a minority goes from view to view alone.",
            Origin = "who leaves out the rule of OSDI '99, section 4.5.2, that keeps the correct ones together",
            Mutations = [new(ViewChanges, Follow, "if (later.Length > state.Members.Count)")],
            Conditions = Conditions.HurriedOn,
            FirstSeed = 56,
            FoundBy = ["progress"],
        },
        new()
        {
            Name = "P12 one that goes on is followed",
            Bug = "One member that has gone to a later view is followed there, and not f+1: a Byzantine one leads everybody from view to view.",
            Origin = "who counts one where that rule says f+1",
            Mutations = [new(ViewChanges, Follow, "if (later.Length > 0)")],
            Conditions = Conditions.LuredAway,
            FoundBy = ["progress"],
        },
        new()
        {
            Name = "the start of a view leaves by a side door",
            Bug = "A primary begins a view when that is on its disk, but sends its start at once to whoever asks: after a crash it begins the view a second time.",
            Origin = "this project, until promises were compared with disks",
            Mutations = [new(ViewChanges, "        Start = isOwn ? start with { AfterLsn = state.ViewLsn } : start;\n", "        Start = start;\n")],
            Conditions = Conditions.ManyViews,
            FoundBy = ["promises are kept"],
        },
    ];
}
