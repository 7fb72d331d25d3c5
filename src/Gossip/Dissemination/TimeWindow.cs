namespace Consensus.Gossip.Dissemination;

/// <summary>Some time, both ends included.</summary>
/// <param name="Since">Its first millisecond.</param>
/// <param name="Until">Its last.</param>
internal readonly record struct TimeWindow(Timestamp Since, Timestamp Until)
{
    /// <summary>Whether nothing lies in it.</summary>
    public bool IsEmpty => Since > Until;

    public bool Contains(Timestamp time) => time >= Since && time <= Until;
}
