using Consensus.Engine;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Clients;

/// <summary>
/// Reads, writes, deletes and compare-and-swaps of few keys at a time by all clients, most of them of one. Keys are left behind after a while,
/// so that the search for a linearization stays short; every value is written once, so that a lost or doubled write shows.
/// </summary>
internal sealed class RegisterWorkload : IWorkload
{
    private const int KeysAtATime = 3;
    private const int OperationsPerKey = 60;
    private const int BurstKeys = 8;
    private const int BurstBytesMax = 8 * 1024;

    private readonly Dictionary<string, (long? Last, long? BeforeLast)> _written = [];
    private long _operations;
    private long _values;

    /// <inheritdoc/>
    public Operation Next(DeterministicRandom random, int client)
    {
        var generation = _operations++ / (KeysAtATime * OperationsPerKey);
        var place = Math.Min(random.NextBelow(KeysAtATime), random.NextBelow(KeysAtATime));
        var key = $"k{(generation * KeysAtATime) + (long)place}";
        switch (random.NextBelow(20))
        {
            case < 8:
                return RegisterOperation.Read(key);
            case < 14:
                return RegisterOperation.Write(key, Remember(key, ++_values));
            case < 15:
                return RegisterOperation.Write(key, Remember(key, null));
            default:
                var expected = Guess(key, random);
                return RegisterOperation.CompareAndSwap(key, expected, Remember(key, random.Chance(0.1) ? null : ++_values));
        }
    }

    /// <inheritdoc/>
    public Operation NextOfTooMany(DeterministicRandom random, int client) =>
        // Keys that nobody reads: a hundred clients at a key would make the search for a linearization endless. Few, so that the state stays small.
        RegisterOperation.Write($"burst-{client % BurstKeys}", ++_values, (int)random.NextBelow(BurstBytesMax));

    /// <summary>What may be in a register: often right, so that many swaps succeed, and often not, so that many do not.</summary>
    private long? Guess(string key, DeterministicRandom random)
    {
        var (last, beforeLast) = _written.GetValueOrDefault(key);
        return random.NextBelow(8) switch
        {
            < 5 => last,
            < 7 => beforeLast,
            _ => null,
        };
    }

    private long? Remember(string key, long? value)
    {
        _written[key] = (value, _written.GetValueOrDefault(key).Last);
        return value;
    }
}
