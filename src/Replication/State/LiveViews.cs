namespace Consensus.Replication.State;

/// <summary>How many views of a tree may still be read: while there is none, the tree may change all its nodes in place.</summary>
/// <remarks>
/// Views are counted by the tree's thread and counted off by whatever thread disposes them. That thread's reads come before its counting off, and the
/// tree's changes after it has seen the count: a view that is disposed late costs copies, and nothing else.
/// </remarks>
internal sealed class LiveViews
{
    private int _count;

    /// <summary>Whether there are any.</summary>
    public bool Any => Volatile.Read(ref _count) > 0;

    public void Add() => Interlocked.Increment(ref _count);

    public void Remove() => Interlocked.Decrement(ref _count);
}
