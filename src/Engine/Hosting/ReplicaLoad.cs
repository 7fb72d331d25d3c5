namespace Consensus.Engine;

/// <summary>What waits in a replica at one moment: each number has a bound, or ends at nothing when nobody asks for anything any more.</summary>
internal readonly record struct ReplicaLoad
{
    /// <summary>Commands of local callers. At most <see cref="ReplicaOptions.QueuedOperationsMax"/>.</summary>
    public int Commands { get; init; }

    /// <summary>Commands that have ended and are kept for reuse. At most <see cref="PendingCommandPool.KeptMax"/>.</summary>
    public int KeptCommands { get; init; }

    /// <summary>Numbers in the window of the own session. At most <see cref="ReplicaOptions.CommandsInFlightMax"/>.</summary>
    public int CommandsInFlight { get; init; }

    /// <summary>Reads of local callers. At most <see cref="ReplicaOptions.QueuedOperationsMax"/>.</summary>
    public int Reads { get; init; }

    /// <summary>
    /// Readers at the state machine, also some that have ended: at most twice as many as wait there, or <see cref="WaitingReaders.SweepFrom"/>.
    /// </summary>
    public int ReadersOfState { get; init; }

    /// <summary>Membership changes and transfers of local callers. At most <see cref="ControlGateway.WaitingMax"/>.</summary>
    public int Controls { get; init; }

    /// <summary>Bytes of received frames. At most <see cref="ReplicaOptions.ReceivedBytesMax"/>, and a frame of each sender.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>Promises that wait for the disk.</summary>
    public int HeldMessages { get; init; }

    /// <summary>What the loop is yet to take.</summary>
    public int InboxItems { get; init; }

    /// <summary>Batches and other work for the log.</summary>
    public int LogWork { get; init; }

    /// <summary>Turns' entries, readers and other work for the state machine.</summary>
    public int StateWork { get; init; }

    /// <summary>Pieces of snapshots to be read, stored or saved.</summary>
    public int FileWork { get; init; }

    /// <summary>Whether nobody waits for this replica, nor it for its disk.</summary>
    public bool IsAtRest => this is
    {
        Commands: 0, CommandsInFlight: 0, Reads: 0, Controls: 0, ReceivedBytes: 0, HeldMessages: 0, InboxItems: 0, LogWork: 0, StateWork: 0, FileWork: 0,
    };
}
