namespace Consensus.Transport;

/// <summary>What a <see cref="FrameReader"/> found at the front of the received bytes.</summary>
internal enum FrameReadStatus
{
    /// <summary>A whole frame.</summary>
    Frame,

    /// <summary>Not yet a whole frame.</summary>
    Incomplete,

    /// <summary>A frame of no bytes, which nobody sends.</summary>
    Empty,

    /// <summary>A frame longer than allowed.</summary>
    TooLong,
}
