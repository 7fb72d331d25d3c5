namespace Consensus.Engine;

/// <summary>
/// A place where one piece of a replica's work is done after the other. Disposing of it first takes turns until nothing is due at once, and
/// returns when the last one has ended; a lane that was never started takes none.
/// </summary>
public interface ILane : IDisposable
{
    /// <summary>From here on turns are taken, the first one at once.</summary>
    void Start();

    /// <summary>Makes a turn due that sees whatever the caller did before. Called on any thread, also after the end, when nothing follows.</summary>
    void Wake();

    /// <summary>
    /// Like <see cref="Wake"/>, by a caller with time to spare: if the lane is at rest, turns may be taken by the caller, in place. That saves a hop between two
    /// threads. Not by a caller whose own work must not wait for the lane's, nor by an application's thread, whose context the turns would get.
    /// </summary>
    void Visit();
}
