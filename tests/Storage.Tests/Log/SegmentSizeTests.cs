using Consensus.Storage.Log;

namespace Consensus.Storage.Tests.Log;

/// <summary>A log costs one open file for each segment; small segments run out of descriptors under load.</summary>
public sealed class SegmentSizeTests
{
    [Test]
    public void A_segment_holds_tens_of_megabytes_by_default() =>
        Assert.That(new WriteAheadLogOptions().SegmentBytes, Is.InRange(16 * 1024 * 1024, 128 * 1024 * 1024));
}
