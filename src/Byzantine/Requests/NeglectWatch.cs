namespace Consensus.Byzantine;

/// <summary>
/// Notices when a leader orders the batches of some and never those of others: Castro and Liskov (OSDI '99, section 4.5.2) have each replica wait for each request, not for any. Here it waits for each origin that has shown
/// a batch to everybody. Honest leaders take the lowest number of each origin in turn (<see cref="RequestPool"/>), so a batch of that origin is ordered soon, however much somebody else submits: that one, one with a lower number, or
/// a higher one that was there before.
/// </summary>
/// <remarks>
/// <para>
/// Any new batch of an origin serves it, so that it cannot make others suspect an honest leader: who shows a number that the leader refuses, since a higher one was ordered there, is served here when that one is committed here.
/// A leader that orders later batches first, and so never an earlier one, gets no further with that than through those that are under way: whoever was overtaken submits no more until he has caught up (<see cref="Submissions"/>).
/// </para>
/// <para>
/// Time alone says nothing: who was cut off has waited for long, and the leader may not even know. So looks are counted, four in each time-out, and only those since whose predecessor the group's newest blocks were committed here.
/// </para>
/// </remarks>
internal sealed class NeglectWatch(OrderingState state)
{
    /// <summary>How many times it is looked at before a batch is neglected: this often, and once more, since the first look may come at once.</summary>
    private const int PatienceLooks = 2 * Submissions.TicksPerTimeout;

    /// <summary>And how many blocks must have passed it over, beside one for each member: they may have been on their way.</summary>
    private const int PatienceBlocks = 4;

    private readonly SortedDictionary<NodeId, Watched> _watched = [];
    private ulong _blocks;
    private ulong _blocksAtLook;

    /// <summary>Whether somebody has waited for too long.</summary>
    public bool IsNeglected => _watched.Values.Any(each => each.Looks > PatienceLooks && _blocks - each.BlocksBefore >= (ulong)(state.Members.Count + PatienceBlocks));

    /// <summary>An origin shows a batch to everybody, and the leader gets it from here too.</summary>
    public void OnShown(NodeId origin) => _watched.TryAdd(origin, new Watched(Looks: 0, _blocks));

    /// <summary>A batch of an origin is committed, with a higher number than all of it before.</summary>
    public void OnOrdered(NodeId origin) => _watched.Remove(origin);

    /// <summary>Blocks were committed, the newest that the group has, as far as this replica knows.</summary>
    public void OnPassed(ulong blocks) => _blocks += blocks;

    /// <summary>A part of the time-out has passed.</summary>
    public void Look()
    {
        if (_blocks == _blocksAtLook)
        {
            return;
        }

        _blocksAtLook = _blocks;
        foreach (var (origin, watched) in _watched.ToArray())
        {
            _watched[origin] = watched with { Looks = watched.Looks + 1 };
        }
    }

    /// <summary>Forgets what waits.</summary>
    public void Forget() => _watched.Clear();

    private readonly record struct Watched(int Looks, ulong BlocksBefore);
}
