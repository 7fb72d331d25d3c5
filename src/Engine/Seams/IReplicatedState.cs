using System.Buffers;

namespace Consensus.Engine;

/// <summary>
/// The replicated state as the driver sees it: the state machine together with the sessions that make retries harmless. Used by one thread
/// at a time.
/// </summary>
public interface IReplicatedState
{
    /// <summary>Applies one committed command entry.</summary>
    /// <param name="entry">An entry of kind <see cref="EntryKind.Command"/>.</param>
    AppliedCommand Apply(in LogEntry entry);

    /// <summary>Answers a read-only query.</summary>
    void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result);

    /// <summary>Finds what became of a request, if its result is kept.</summary>
    /// <param name="request">The session and the number.</param>
    /// <param name="applied">The first application; or that the session has acknowledged it (<see cref="CommandOutcome.RequestForgotten"/>).</param>
    bool TryFindResult(RequestId request, out AppliedCommand applied);

    /// <summary>The hash of the whole state, sessions included.</summary>
    Digest StateHash();

    /// <summary>Captures the state, sessions included, to be written on another thread.</summary>
    IStateSnapshot CaptureSnapshot();

    /// <summary>Replaces the state, sessions included.</summary>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.SnapshotInvalid"/>; the state is as it was.</exception>
    void Restore(Stream snapshot);
}
