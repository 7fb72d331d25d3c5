namespace Consensus.Storage.Log;

/// <summary>All that decides about a segment, one value in each column.</summary>
internal readonly record struct SegmentFindings(HeaderFinding Header, ContentFinding Content, PlaceFinding Place, LinkFinding Link);
