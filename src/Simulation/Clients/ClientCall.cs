using System.Globalization;
using Consensus.Engine;
using Consensus.Simulation.Histories;

namespace Consensus.Simulation.Clients;

/// <summary>One operation of one client, from its beginning to its end, through all attempts.</summary>
internal sealed class ClientCall(long number, int process, Operation operation, long invoked, Ticks invokedAt)
{
    /// <summary>When a call ends that has not ended.</summary>
    public const long Never = long.MaxValue;

    private Digest? _hash;

    /// <summary>Counts the calls of a run.</summary>
    public long Number => number;

    /// <summary>Who calls: one at a time, and never again after an unknown outcome.</summary>
    public int Process => process;

    public Operation Operation => operation;

    /// <summary>The hash of the operation's bytes.</summary>
    public Digest Hash => _hash ??= CommandHashes.Of(operation.Content.Span);

    /// <summary>Its beginning's place among the beginnings and ends of all calls of the run.</summary>
    public long Invoked => invoked;

    public Ticks InvokedAt => invokedAt;

    /// <summary>Its identity, if its client keeps a session.</summary>
    public RequestId Request { get; set; }

    /// <summary>The node whose state is looked at, if the call is one of those at the end of the run.</summary>
    public NodeId FinalNode { get; init; }

    /// <summary>How often a replica was asked.</summary>
    public int Attempts { get; set; }

    /// <summary>Whether an attempt ended without an answer.</summary>
    public bool IsUncertain { get; set; }

    /// <summary>What became of it, once it has ended.</summary>
    public CallOutcome Outcome { get; set; }

    /// <summary>Its end's place among the beginnings and ends of all calls of the run; <see cref="Never"/> if it has not ended.</summary>
    public long Completed { get; set; } = Never;

    public bool IsCompleted => Completed != Never;

    /// <summary>Whether the state machine answered it.</summary>
    public bool IsAnswered => IsCompleted && Outcome is CallOutcome.Applied or CallOutcome.Rejected;

    public Ticks CompletedAt { get; set; } = Ticks.Never;

    /// <summary>The entry of a command that was applied, or whose state a query shows.</summary>
    public LogIndex Index { get; set; }

    /// <summary>The state machine's answer.</summary>
    public ReadOnlyMemory<byte> Result { get; set; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"process {Process}: {Operation.Name} at {Seconds(InvokedAt)} s, {(IsCompleted ? $"{Outcome} at {Seconds(CompletedAt)} s" : "not ended")}";

    private static string Seconds(Ticks at) => TimeSpan.FromTicks(at.Value).TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture);
}
