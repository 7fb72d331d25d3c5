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

    /// <summary>
    /// Where it ends in that order: <see cref="Never"/> if its outcome is unknown, because it may take effect at any time. Of a call that was not
    /// answered, but is known to have been applied, where that was seen first.
    /// </summary>
    public required long Completed { get; init; }

    public int Process { get; init; }

    public Ticks InvokedAt { get; init; }

    public Ticks CompletedAt { get; init; }

    /// <summary>Whether its client knows what became of it.</summary>
    public bool IsAnswered { get; init; } = true;

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
            IsAnswered = outcome != CallOutcome.Unknown,
            Process = call.Process,
            InvokedAt = call.InvokedAt,
            CompletedAt = call.CompletedAt,
        };
    }

    /// <summary>The call, which was not answered, as one who has seen where its command was applied knows it.</summary>
    public RegisterCall AppliedAt(AppliedEntry entry) => this with
    {
        Outcome = entry.Applied.Outcome == CommandOutcome.Applied ? CallOutcome.Applied : CallOutcome.Rejected,
        Completed = entry.Event,
        CompletedAt = entry.At,
    };

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

    /// <summary>Whether the call has its outcome on a register that has a value, and leaves it there.</summary>
    public bool IsExplainedBy(long? state) => Function switch
    {
        RegisterFunction.Read => state == Value,
        RegisterFunction.Write => false,
        RegisterFunction.CompareAndSwap => Outcome == CallOutcome.Rejected && state != Expected,
    };

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
        var outcome = Outcome switch
        {
            CallOutcome.Rejected => ": rejected",
            CallOutcome.Unknown => ": unknown",
            _ => "",
        };
        return $"{Seconds(InvokedAt)}-{end} s, process {Process} {what}{outcome}{(IsAnswered || IsOpen ? "" : " (not answered; applied by then)")}";
    }

    private static string Seconds(Ticks at) => TimeSpan.FromTicks(at.Value).TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture);
}
