using System.Globalization;
using Consensus.Engine;
using Consensus.Simulation.Clients;

namespace Consensus.Simulation.Histories;

/// <summary>A call on one register, as far as it says anything about the register.</summary>
internal sealed record RegisterCall
{
    /// <summary>When an open call ends.</summary>
    public const long Never = ClientCall.Never;

    public required RegisterFunction Function { get; init; }

    /// <summary>What a compare-and-swap expects.</summary>
    public long? Expected { get; init; }

    /// <summary>What was written, or what a read has found.</summary>
    public long? Value { get; init; }

    /// <summary><see cref="CallOutcome.Applied"/>, <see cref="CallOutcome.Rejected"/> or <see cref="CallOutcome.Unknown"/>.</summary>
    public required CallOutcome Outcome { get; init; }

    /// <summary>Where it begins in the order of all beginnings and ends.</summary>
    public required long Invoked { get; init; }

    /// <summary>Where it ends in that order: <see cref="Never"/> if its outcome is unknown, because it may take effect at any time.</summary>
    public required long Completed { get; init; }

    public int Process { get; init; }

    public Ticks InvokedAt { get; init; }

    public Ticks CompletedAt { get; init; }

    public bool IsOpen => Completed == Never;

    /// <summary>What a client's call says about its register.</summary>
    /// <returns><see langword="null"/> if it says nothing: it was refused, or is a read without an answer.</returns>
    public static RegisterCall? Of(ClientCall call, RegisterOperation operation)
    {
        var outcome = call.IsCompleted ? call.Outcome : CallOutcome.Unknown;
        var isRead = operation.Function == RegisterFunction.Read;
        if (outcome == CallOutcome.Refused || (isRead && outcome != CallOutcome.Applied))
        {
            return null;
        }

        return new RegisterCall
        {
            Function = operation.Function,
            Expected = operation.Expected,
            Value = isRead ? RegisterOperation.ValueOf(call.Result) : operation.Value,
            Outcome = outcome,
            Invoked = call.Invoked,
            Completed = outcome == CallOutcome.Unknown ? Never : call.Completed,
            Process = call.Process,
            InvokedAt = call.InvokedAt,
            CompletedAt = call.CompletedAt,
        };
    }

    /// <summary>Lets the call take effect on a register.</summary>
    /// <param name="state">The register's value; changed if the call changes it.</param>
    /// <returns>Whether the call could have its outcome there. An unknown outcome is a success that nobody has seen.</returns>
    public bool TryApply(ref long? state)
    {
        switch (Function)
        {
            case RegisterFunction.Read:
                return state == Value;
            case RegisterFunction.Write when Outcome != CallOutcome.Rejected:
            case RegisterFunction.CompareAndSwap when Outcome != CallOutcome.Rejected && state == Expected:
                state = Value;
                return true;
            case RegisterFunction.Write:
                // A register takes every value; it must not reject one.
                return false;
            case RegisterFunction.CompareAndSwap:
                return Outcome == CallOutcome.Rejected && state != Expected;
        }

        return false;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var what = Function switch
        {
            RegisterFunction.Read => $"reads {RegisterOperation.Show(Value)}",
            RegisterFunction.Write => Value is null ? "deletes" : $"writes {RegisterOperation.Show(Value)}",
            RegisterFunction.CompareAndSwap => $"swaps {RegisterOperation.Show(Expected)} for {RegisterOperation.Show(Value)}",
        };
        var end = IsOpen ? "…" : Seconds(CompletedAt);
        return $"{Seconds(InvokedAt)}-{end} s, process {Process} {what}{Outcome switch { CallOutcome.Rejected => ": rejected", CallOutcome.Unknown => ": unknown", _ => "" }}";
    }

    private static string Seconds(Ticks at) => TimeSpan.FromTicks(at.Value).TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture);
}
