namespace Consensus;

/// <summary>How a proposal ended.</summary>
public enum ProposeStatus
{
    /// <summary>Committed and applied.</summary>
    Applied,

    /// <summary>Committed, and rejected by the state machine, on every replica alike; the result says why. It had no effect.</summary>
    Rejected,

    /// <summary>
    /// Not accepted by the group; the reason says why. It has had, and will have, no effect. With a <see cref="RequestId"/> of the caller's
    /// own this speaks of this proposal only: an earlier one with the same identity may have taken effect.
    /// </summary>
    Refused,

    /// <summary>
    /// Not known: it may or may not take effect. A retry with the same <see cref="RequestId"/> finds out, unless the reason is <see cref="RefusalReason.SessionExpired"/> or <see cref="RefusalReason.RequestForgotten"/>: then it stays unknown.
    /// </summary>
    Unknown,
}
