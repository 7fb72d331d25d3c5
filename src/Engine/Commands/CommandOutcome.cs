namespace Consensus.Engine;

/// <summary>What became of a committed command entry; the same on every replica.</summary>
public enum CommandOutcome : byte
{
    /// <summary>The state machine applied it, now or when it was first seen.</summary>
    Applied = 0,

    /// <summary>The state machine rejected it, now or when it was first seen.</summary>
    Rejected = 1,

    /// <summary>A session was opened.</summary>
    SessionOpened = 2,

    /// <summary>Its session is unknown: it was never opened, or has been evicted. It had no effect.</summary>
    SessionExpired = 3,

    /// <summary>Its session has acknowledged its result already, which is no longer kept. It had no effect (again).</summary>
    RequestForgotten = 4,

    /// <summary>It is not a command envelope. It had no effect.</summary>
    Malformed = 5,

    /// <summary>Its number lies beyond its session's window. It had no effect; committed again after the window has moved on, it has.</summary>
    RequestBeyondWindow = 6,

    /// <summary>
    /// Its session was opened with a key, and it carries no signature of it that is valid; or it carries one, and the session has no key. It had no effect, whoever sent it, not even on the session.
    /// </summary>
    NotSignedByClient = 7,

    /// <summary>It speaks of the end of the epoch (<see cref="CommandKind.Seal"/>): it had no effect on the state, whether it ended the epoch or not.</summary>
    NoCommand = 8,
}
