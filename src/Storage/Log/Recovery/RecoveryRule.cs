namespace Consensus.Storage.Log;

/// <summary>One row of <see cref="RecoveryTable"/>.</summary>
/// <param name="Name">The case, as error messages name it.</param>
/// <param name="Header">The headers it is about.</param>
/// <param name="Content">The contents it is about.</param>
/// <param name="Place">The places it is about.</param>
/// <param name="Link">The links it is about.</param>
/// <param name="Verdict">What is done.</param>
/// <param name="Advice">What the operator can do, if the log is not opened.</param>
internal sealed record RecoveryRule(
    string Name,
    HeaderFinding Header,
    ContentFinding Content,
    PlaceFinding Place,
    LinkFinding Link,
    RecoveryVerdict Verdict,
    string Advice = "")
{
    public bool Matches(SegmentFindings findings) =>
        Header.HasFlag(findings.Header)
        && Content.HasFlag(findings.Content)
        && Place.HasFlag(findings.Place)
        && Link.HasFlag(findings.Link);
}
