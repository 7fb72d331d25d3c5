using Consensus.Engine;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Histories;

namespace Consensus.Simulation.Tests.Checkers;

/// <summary>Hand-made calls on one register: each with the places of its beginning and its end.</summary>
internal static class RegisterScript
{
    public static RegisterCall Read(long? found, long from, long to) => Call(RegisterFunction.Read, null, found, CallOutcome.Applied, from, to);

    public static RegisterCall Write(long? value, long from, long to) => Call(RegisterFunction.Write, null, value, CallOutcome.Applied, from, to);

    public static RegisterCall WriteOpen(long? value, long from) => Call(RegisterFunction.Write, null, value, CallOutcome.Unknown, from, RegisterCall.Never);

    public static RegisterCall Swap(long? expected, long? value, long from, long to) =>
        Call(RegisterFunction.CompareAndSwap, expected, value, CallOutcome.Applied, from, to);

    public static RegisterCall SwapRejected(long? expected, long? value, long from, long to) =>
        Call(RegisterFunction.CompareAndSwap, expected, value, CallOutcome.Rejected, from, to);

    public static RegisterCall SwapOpen(long? expected, long? value, long from) =>
        Call(RegisterFunction.CompareAndSwap, expected, value, CallOutcome.Unknown, from, RegisterCall.Never);

    private static RegisterCall Call(RegisterFunction function, long? expected, long? value, CallOutcome outcome, long from, long to) => new()
    {
        Function = function,
        Expected = expected,
        Value = value,
        Outcome = outcome,
        Invoked = from,
        Completed = to,
        InvokedAt = new Ticks(from),
        CompletedAt = new Ticks(to),
    };
}
