using System.Collections.Immutable;

namespace Consensus.HotStuff.Messages;

/// <summary>A quorum has given up a term (the field's TC): the next one may begin, with a node whose parent's certificate is no lower than any that they name.</summary>
/// <param name="Last">The last view of the term.</param>
/// <param name="Reports">What each of them has signed, in the order of the members.</param>
internal sealed record TimeoutCertificate(ViewNumber Last, ImmutableArray<ReportedView> Reports)
{
    /// <summary>The highest certificate that they name.</summary>
    public ViewNumber High { get; } = Reports.Max(report => report.High);
}
