using Consensus.Engine;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Histories;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Tests.Checkers;

/// <summary>
/// Small random histories of one register: calls that overlap, taken from a real register at moments between their beginnings and ends; in
/// many of them one answer is then changed. The values are few, so that many orders explain the same answers.
/// </summary>
internal static class RandomCalls
{
    private const int CallsMax = 7;

    public static RegisterCall[] Draw(DeterministicRandom random)
    {
        var count = 2 + (int)random.NextBelow(CallsMax - 1);
        var moments = Shuffled(random, 3 * count);
        var calls = new List<(long Effect, RegisterCall Call)>();
        for (var i = 0; i < count; i++)
        {
            long[] times = [moments[3 * i], moments[(3 * i) + 1], moments[(3 * i) + 2]];
            Array.Sort(times);

            // Shorter calls, so that the order of real time matters.
            var isShort = random.Chance(0.6);
            calls.Add((times[1], DrawCall(random) with { Invoked = isShort ? times[1] * 10 - 1 : times[0] * 10, Completed = isShort ? times[1] * 10 + 1 : times[2] * 10 }));
        }

        long? value = null;
        var answered = calls.OrderBy(call => call.Effect).Select(call => Answer(call.Call, random, ref value)).OrderBy(call => call.Invoked).ToArray();
        if (random.Chance(0.7))
        {
            var changed = (int)random.NextBelow((ulong)count);
            answered[changed] = Change(answered[changed], random);
        }

        return answered;
    }

    private static RegisterCall DrawCall(DeterministicRandom random) => random.NextBelow(5) switch
    {
        0 or 1 => RegisterScript.Read(null, 0, 0),
        2 or 3 => RegisterScript.Write(Value(random), 0, 0),
        _ => RegisterScript.Swap(Value(random), Value(random), 0, 0),
    };

    private static RegisterCall Answer(RegisterCall call, DeterministicRandom random, ref long? value)
    {
        if (call.Function == RegisterFunction.Read)
        {
            return call with { Value = value };
        }

        var isOpen = random.Chance(0.2);
        var isEffective = call.Function == RegisterFunction.Write || call.Expected == value;
        if (isEffective && !(isOpen && random.Chance(0.5)))
        {
            value = call.Value;
        }

        if (isOpen)
        {
            return call with { Outcome = CallOutcome.Unknown, Completed = RegisterCall.Never };
        }

        return isEffective ? call : call with { Outcome = CallOutcome.Rejected };
    }

    private static RegisterCall Change(RegisterCall call, DeterministicRandom random) => call switch
    {
        { Function: RegisterFunction.CompareAndSwap, IsOpen: false } => call with { Outcome = call.Outcome == CallOutcome.Applied ? CallOutcome.Rejected : CallOutcome.Applied },
        _ => call with { Value = Value(random) },
    };

    private static long? Value(DeterministicRandom random) => random.NextBelow(4) switch
    {
        0 => null,
        var value => (long)value,
    };

    private static long[] Shuffled(DeterministicRandom random, int count)
    {
        var numbers = Enumerable.Range(1, count).Select(number => (long)number).ToArray();
        for (var i = count - 1; i > 0; i--)
        {
            var j = (int)random.NextBelow((ulong)i + 1);
            (numbers[i], numbers[j]) = (numbers[j], numbers[i]);
        }

        return numbers;
    }
}
