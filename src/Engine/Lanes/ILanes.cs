namespace Consensus.Engine;

/// <summary>
/// Where a replica's work is done: on threads in production, in virtual time in a simulation. What a replica does in which order within a
/// lane is the same in both.
/// </summary>
public interface ILanes
{
    /// <summary>Makes a lane, not started.</summary>
    /// <param name="kind">What it is for.</param>
    /// <param name="replica">Whose it is.</param>
    /// <param name="turn">
    /// Does a bounded piece of work. Returns how long the lane may rest: zero if a turn is due at once, a time after which one is due even if
    /// nobody wakes the lane, or <see cref="Timeout.InfiniteTimeSpan"/> if only <see cref="ILane.Wake"/> makes one due. Never called twice at
    /// a time, and each turn sees what the one before has done.
    /// </param>
    /// <param name="onFailure">Told about the exception that a turn threw; the lane has ended then. May be called on any thread.</param>
    ILane Create(LaneKind kind, NodeId replica, Func<TimeSpan> turn, Action<Exception> onFailure);
}
