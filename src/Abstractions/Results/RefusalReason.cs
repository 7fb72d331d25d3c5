namespace Consensus;

/// <summary>Why a group did not accept an operation.</summary>
public enum RefusalReason
{
    /// <summary>It was accepted.</summary>
    None,

    /// <summary>No leader is known at the moment; retry.</summary>
    NoLeader,

    /// <summary>A bound was reached (queues, uncommitted bytes, pending reads); retry later.</summary>
    Overloaded,

    /// <summary>
    /// The replica's own disk is full, or those of so many that nothing would be committed. Another replica may accept the operation; this one
    /// does again when space returns. Reads go on, but for linearizable reads of what the replica has no space for.
    /// </summary>
    StorageFull,

    /// <summary>The command is larger than the configured limit.</summary>
    CommandTooLarge,

    /// <summary>The session is unknown: it expired, or was never registered.</summary>
    SessionExpired,

    /// <summary>The session has acknowledged the result of this command already; it is no longer kept.</summary>
    RequestForgotten,

    /// <summary>The replica is stopping, or has stopped.</summary>
    Stopped,

    /// <summary>Another membership change or transfer, or the end of the epoch, is under way; retry later.</summary>
    Busy,

    /// <summary>The requested change makes no sense for the group as it is; the detail says why.</summary>
    InvalidChange,

    /// <summary>The target has not caught up; retry later.</summary>
    NotCaughtUp,

    /// <summary>The time limit passed before it took effect.</summary>
    TimedOut,

    /// <summary>The engine does not offer this operation.</summary>
    NotSupported,

    /// <summary>
    /// The command's number lies beyond those whose results its session keeps. It is accepted once the session has acknowledged results below;
    /// to wait helps nothing.
    /// </summary>
    RequestBeyondWindow,

    /// <summary>The membership is no longer the one that the change expects; the detail says which there is. Look at it before asking again.</summary>
    MembershipChanged,

    /// <summary>
    /// This replica does not have what was asked for (a proof, a result): not yet, or not any more. Another replica may; the detail says what this one has.
    /// </summary>
    NotHere,

    /// <summary>
    /// The session was opened with a public key, and the command carries no valid signature of its owner; or the command is signed, and the session has no key, or another: then it is not the session of whoever signed. The number is not used up.
    /// </summary>
    NotSignedByClient,

    /// <summary>An order to end the epoch that is about another one than the replica is in; the detail says which that is. It takes no effect, ever: give another one.</summary>
    OtherEpoch,

    /// <summary>An order to end the epoch that nobody has signed whose word ends it: another key, or no signature of it.</summary>
    NotFromOperator,

    /// <summary>An order that leads back to Raft, and too many members see reason against it: somebody lies or has lied lately, or it is too early; the detail says what, and how long it lasts. Give it again then.</summary>
    ReturnHeldUp,
}
