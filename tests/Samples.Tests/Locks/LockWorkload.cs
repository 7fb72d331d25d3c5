using Consensus.Engine;
using Consensus.Samples.Locks;
using Consensus.Simulation;

namespace Consensus.Samples.Tests.Locks;

/// <summary>What simulated clients do: they take few locks for short times, give them back, look at them, and now and then raise the format.</summary>
public sealed class LockWorkload : IWorkload
{
    /// <inheritdoc/>
    public Operation Next(DeterministicRandom random, int client)
    {
        var name = $"lock-{random.NextBelow(5)}";
        var owner = $"client-{client}";
        return random.NextBelow(20) switch
        {
            0 => new Operation(new LockCommand(LockCommandKind.RaiseFormat, "", "", 2).ToBytes(), IsQuery: false),
            < 5 => new Operation(LockCommand.QueryBytes(name), IsQuery: true),
            < 9 => new Operation(new LockCommand(LockCommandKind.Release, name, owner, 0).ToBytes(), IsQuery: false),
            _ => new Operation(new LockCommand(LockCommandKind.Acquire, name, owner, 1 + (long)random.NextBelow(3000)).ToBytes(), IsQuery: false),
        };
    }
}
