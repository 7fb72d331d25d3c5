namespace Consensus.Transport;

/// <summary>One piece of a <see cref="FrameQueue"/>'s memory.</summary>
internal sealed class FrameSegment
{
    /// <summary>The value of <see cref="End"/> while the segment is the last one.</summary>
    public const int Open = int.MaxValue;

    public FrameSegment(byte[] array) => Array = array;

    public byte[] Array { get; }

    /// <summary>Where the bytes end, once the producer has gone on to <see cref="Next"/>.</summary>
    public int End { get; set; } = Open;

    public FrameSegment? Next { get; set; }
}
