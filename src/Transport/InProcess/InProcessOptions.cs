namespace Consensus.Transport;

/// <summary>The bounds of an <see cref="InProcessNetwork"/>; the same in meaning as those of <see cref="TcpTransportOptions"/>.</summary>
public sealed class InProcessOptions
{
    /// <summary>The longest frame, in bytes.</summary>
    /// <value>8 MiB by default.</value>
    public int FrameLengthMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>How many bytes may wait on one link. Further messages are dropped.</summary>
    /// <value>32 MiB by default.</value>
    public long QueuedBytesMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>How many messages may wait on one link. Further messages are dropped.</summary>
    /// <value>16,384 by default.</value>
    public int QueuedFramesMax { get; init; } = 16 * 1024;
}
