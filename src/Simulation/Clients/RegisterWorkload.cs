using Consensus.Engine;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Clients;

/// <summary>
/// Reads, writes, deletes and compare-and-swaps of few keys at a time by all clients. Keys are left behind after a while, so that the search
/// for a linearization stays short; every value is written once, so that a lost or doubled write shows.
/// </summary>
internal sealed class RegisterWorkload : IWorkload
{
    private const int KeysAtATime = 3;
    private const int OperationsPerKey = 60;
    private const int BurstKeys = 8;
    private const int BurstBytesMax = 8 * 1024;

    private readonly Dictionary<string, long?> _lastWritten = [];
    private long _operations;
    private long _values;

    /// <inheritdoc/>
    public Operation Next(DeterministicRandom random, int client)
    {
        var generation = _operations++ / (KeysAtATime * OperationsPerKey);
        var key = $"k{(generation * KeysAtATime) + (long)random.NextBelow(KeysAtATime)}";
        switch (random.NextBelow(20))
        {
            case < 8:
                return RegisterOperation.Read(key);
            case < 14:
                return RegisterOperation.Write(key, Remember(key, ++_values));
            case < 15:
                return RegisterOperation.Write(key, Remember(key, null));
            default:
                // What was written last is often still there, so that some of these succeed.
                var expected = _lastWritten.GetValueOrDefault(key);
                return RegisterOperation.CompareAndSwap(key, expected, Remember(key, ++_values));
        }
    }

    /// <inheritdoc/>
    public Operation NextOfTooMany(DeterministicRandom random, int client) =>
        // Keys that nobody reads: a hundred clients at a key would make the search for a linearization endless. Few, so that the state stays small.
        RegisterOperation.Write($"burst-{client % BurstKeys}", ++_values, (int)random.NextBelow(BurstBytesMax));

    private long? Remember(string key, long? value)
    {
        _lastWritten[key] = value;
        return value;
    }
}
