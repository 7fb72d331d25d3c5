using Consensus.Engine;

namespace Consensus.Transport;

/// <summary>The pauses between attempts to connect: doubling up to a bound, half of each at random.</summary>
internal sealed class BackOff
{
    private readonly TimeSpan _min;
    private readonly TimeSpan _max;
    private readonly DeterministicRandom _random;
    private TimeSpan _current;

    public BackOff(TimeSpan min, TimeSpan max, DeterministicRandom random)
    {
        _min = min;
        _max = max;
        _random = random;
        _current = min;
    }

    /// <summary>The pause to make now. The one after it will be longer.</summary>
    public TimeSpan Next()
    {
        var pause = _random.NextBetween(_current / 2, _current);
        _current = _current > _max / 2 ? _max : _current * 2;
        return pause;
    }

    /// <summary>Starts again from the shortest pause.</summary>
    public void Reset() => _current = _min;
}
