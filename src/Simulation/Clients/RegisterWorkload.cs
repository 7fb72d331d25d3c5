using Consensus.Engine;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Clients;

/// <summary>
/// Reads, writes, deletes and compare-and-swaps of few keys at a time by all clients, most of them of one. Keys are left behind after a while,
/// so that the search for a linearization stays short; every value is written once, so that a lost or doubled write shows.
/// </summary>
/// <remarks>
/// Keys are left sooner where outcomes stay unknown: for whoever has the clients' history alone each such call is open for ever, and doubles the
/// search. Reads look back at keys that were left, where what was under way may still come.
/// </remarks>
internal sealed class RegisterWorkload : IWorkload, ICallObserver
{
    private const int KeysAtATime = 3;
    private const int OperationsPerKey = 60;
    private const int UnknownMax = 8;
    private const ulong LookBackEvery = 6;
    private const int BurstKeys = 8;
    private const int BurstBytesMax = 8 * 1024;

    private readonly Dictionary<string, (long? Last, long? BeforeLast)> _written = [];
    private long _generation;
    private int _operations;
    private int _unknown;
    private long _values;

    /// <inheritdoc/>
    public Operation Next(DeterministicRandom random, int client)
    {
        if (_operations == KeysAtATime * OperationsPerKey || _unknown >= UnknownMax)
        {
            _generation++;
            (_operations, _unknown) = (0, 0);
        }

        _operations++;
        var place = (long)Math.Min(random.NextBelow(KeysAtATime), random.NextBelow(KeysAtATime));
        var key = Key(_generation, place);
        switch (random.NextBelow(20))
        {
            case < 8:
                return RegisterOperation.Read(_generation > 0 && random.NextBelow(LookBackEvery) == 0 ? Key(_generation - 1, place) : key);
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

    /// <inheritdoc/>
    public void OnInvoked(ClientCall call)
    {
    }

    /// <inheritdoc/>
    public void OnCompleted(ClientCall call)
    {
        if (call is { Outcome: CallOutcome.Unknown, Operation: RegisterOperation { IsQuery: false } operation } && IsCurrent(operation.Key))
        {
            _unknown++;
        }
    }

    private static string Key(long generation, long place) => $"k{(generation * KeysAtATime) + place}";

    private bool IsCurrent(string key)
    {
        for (var place = 0; place < KeysAtATime; place++)
        {
            if (key == Key(_generation, place))
            {
                return true;
            }
        }

        return false;
    }

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
