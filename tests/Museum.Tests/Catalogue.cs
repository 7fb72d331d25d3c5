using Consensus.Museum.Tests.Exhibits;

namespace Consensus.Museum.Tests;

/// <summary>All exhibits.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Exhibit> All { get; } =
    [
        .. Commitment.All,
        .. Elections.All,
        .. Membership.All,
        .. Reads.All,
        .. Durability.All,
        .. Delivery.All,
        .. Bounds.All,
        .. PbftViews.All,
        .. PbftVotes.All,
        .. HotStuffChains.All,
        .. Epochs.All,
    ];

    public static Exhibit Find(string name) => All.Single(exhibit => exhibit.Name == name);
}
