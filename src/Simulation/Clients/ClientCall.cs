using Consensus.Engine;

namespace Consensus.Simulation.Clients;

/// <summary>One operation of one client, from its beginning to its end, through all attempts.</summary>
internal sealed class ClientCall(long number, int process, Operation operation, Ticks invokedAt)
{
    /// <summary>Counts the calls of a run.</summary>
    public long Number => number;

    /// <summary>Who calls: one at a time, and never again after an unknown outcome.</summary>
    public int Process => process;

    public Operation Operation => operation;

    public Ticks InvokedAt => invokedAt;

    /// <summary>Its identity, if its client keeps a session.</summary>
    public RequestId Request { get; set; }

    /// <summary>How often a replica was asked.</summary>
    public int Attempts { get; set; }

    /// <summary>Whether an attempt ended without an answer.</summary>
    public bool IsUncertain { get; set; }

    public CallOutcome Outcome { get; set; }

    public Ticks CompletedAt { get; set; } = Ticks.Never;

    /// <summary>The entry of a command that was applied, or whose state a query shows.</summary>
    public LogIndex Index { get; set; }

    /// <summary>The state machine's answer.</summary>
    public ReadOnlyMemory<byte> Result { get; set; }
}
