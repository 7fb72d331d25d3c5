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
}
