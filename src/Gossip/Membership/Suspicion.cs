using System.Collections.Immutable;
using Consensus.Engine;

namespace Consensus.Gossip.Membership;

/// <summary>
/// For how long a suspect may deny that it is dead: long while one node alone accuses it, for that one may be the slow one, and shorter with everyone who confirms it (Lifeguard, section IV-B, "dogpile").
/// </summary>
/// <remarks>The wait falls from the longest to the shortest by c (k + 1) / (k (c + 1)) after c of k confirmations: as steep at first as Lifeguard's logarithm, and in whole numbers, so that it is the same on every machine.</remarks>
internal sealed class Suspicion
{
    private int _confirmations;
    private readonly TimeSpan _shortest;
    private readonly TimeSpan _longest;
    private Ticks _start;

    /// <param name="start">When it was heard of.</param>
    /// <param name="accusers">Who accuses.</param>
    /// <param name="confirmations">How many more accusers make it certain; 0 if the first one does.</param>
    /// <param name="shortest">The wait when it is certain.</param>
    /// <param name="longest">The wait with one accuser.</param>
    public Suspicion(Ticks start, ImmutableArray<NodeId> accusers, int confirmations, TimeSpan shortest, TimeSpan longest)
    {
        (_start, _confirmations, _shortest, _longest) = (start, confirmations, shortest, longest);
        Accusers = [.. accusers.Take(confirmations + 1)];
    }

    /// <summary>Those who accuse, as many as are needed.</summary>
    public ImmutableArray<NodeId> Accusers { get; private set; }

    /// <summary>When the suspect is dead if it says nothing.</summary>
    public Ticks Deadline => _start + Wait(Math.Max(0, Accusers.Length - 1));

    /// <summary>Others accuse it as well.</summary>
    /// <returns>Whether one of them is new, and counts.</returns>
    public bool Confirm(ImmutableArray<NodeId> accusers)
    {
        var before = Accusers.Length;
        foreach (var accuser in accusers)
        {
            if (Accusers.Length <= _confirmations && !Accusers.Contains(accuser))
            {
                Accusers = Accusers.Add(accuser).Sort();
            }
        }

        return Accusers.Length > before;
    }

    /// <summary>Whether the suspect has had time to deny what it is accused of: before, nobody's word that it is dead is taken for more than another accusation.</summary>
    public bool IsOldEnough(Ticks now) => now - _start >= _shortest / 2;

    /// <summary>Somebody takes the suspect for dead: the shortest wait is enough.</summary>
    public void MakeCertain() => _confirmations = 0;

    /// <summary>This node was asleep for some time: what the suspect said meanwhile is still to be heard.</summary>
    public void Shift(TimeSpan asleep) => _start += asleep;

    private TimeSpan Wait(int confirmed) =>
        confirmed >= _confirmations ? _shortest : _longest - new TimeSpan((_longest - _shortest).Ticks / (_confirmations * (confirmed + 1)) * (confirmed * (_confirmations + 1)));
}
