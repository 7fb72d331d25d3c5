namespace Consensus.Transport;

/// <summary>What became of a message that was to be queued.</summary>
internal enum EnqueueResult
{
    Queued,
    QueueFull,
    FrameTooLong,
}
