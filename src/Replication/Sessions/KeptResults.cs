using System.Numerics;

namespace Consensus.Replication.Sessions;

/// <summary>
/// Results in the order of their numbers, in a ring: adding the highest and removing the lowest cost the same however many there are. Room
/// follows from how many there are, not from how far apart their numbers lie.
/// </summary>
internal sealed class KeptResults
{
    private const int SmallestRoom = 4;

    private KeptResult[] _ring = [];
    private int _first;

    public int Count { get; private set; }

    /// <summary>How many results there is room for.</summary>
    public int Room => _ring.Length;

    public ref KeptResult this[int position] => ref _ring[(_first + position) & (_ring.Length - 1)];

    public bool TryGet(ulong sequence, out KeptResult result)
    {
        var position = Find(sequence);
        result = position >= 0 ? this[position] : default;
        return position >= 0;
    }

    /// <summary>Adds a result whose number is not there yet.</summary>
    public void Add(in KeptResult result)
    {
        var position = ~Find(result.Sequence);
        if (Count == Room)
        {
            Resize(Math.Max(SmallestRoom, 2 * Room));
        }

        Count++;
        if (position < Count / 2)
        {
            _first = (_first - 1) & (_ring.Length - 1);
            for (var i = 0; i < position; i++)
            {
                this[i] = this[i + 1];
            }
        }
        else
        {
            for (var i = Count - 1; i > position; i--)
            {
                this[i] = this[i - 1];
            }
        }

        this[position] = result;
    }

    /// <summary>Takes the lowest number out if it is below a bound.</summary>
    public bool TryTakeBelow(ulong bound, out KeptResult result)
    {
        if (Count == 0 || this[0].Sequence >= bound)
        {
            result = default;
            return false;
        }

        result = this[0];
        this[0] = default;
        _first = (_first + 1) & (_ring.Length - 1);
        Count--;
        return true;
    }

    /// <summary>Gives back room that is not needed. Not done at each removal: what is acknowledged makes way for the next commands.</summary>
    public void Trim()
    {
        if (Count <= Room / 4)
        {
            Resize(Count == 0 ? 0 : Math.Max(SmallestRoom, (int)BitOperations.RoundUpToPowerOf2((uint)Count)));
        }
    }

    /// <summary>The position of a number; if it is not there, the complement of where it belongs.</summary>
    private int Find(ulong sequence)
    {
        if (Count == 0 || this[Count - 1].Sequence < sequence)
        {
            return ~Count;
        }

        var low = 0;
        if (sequence < this[0].Sequence)
        {
            return ~low;
        }

        // Without gaps a number's place follows from the first one. Gaps can but move it towards the front.
        var high = (int)Math.Min((ulong)Count - 1, sequence - this[0].Sequence);
        for (var probe = high; low <= high; probe = (low + high) >> 1)
        {
            var found = this[probe].Sequence;
            if (found == sequence)
            {
                return probe;
            }

            (low, high) = found < sequence ? (probe + 1, high) : (low, probe - 1);
        }

        return ~low;
    }

    private void Resize(int room)
    {
        if (room == Room)
        {
            return;
        }

        var ring = room == 0 ? [] : new KeptResult[room];
        for (var i = 0; i < Count; i++)
        {
            ring[i] = this[i];
        }

        (_ring, _first) = (ring, 0);
    }
}
