namespace Consensus.Client.Calls;

/// <summary>Whether a call may be sent again when nobody knows what became of it.</summary>
internal enum Repetition
{
    /// <summary>A read, or a write with an idempotency key: again, through any node.</summary>
    Safe,

    /// <summary>Only if it certainly had no effect.</summary>
    OnlyWithoutEffect,
}
