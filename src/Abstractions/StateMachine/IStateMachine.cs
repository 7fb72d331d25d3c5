using System.Buffers;

namespace Consensus;

/// <summary>
/// A deterministic state machine that every replica runs alike: the same commands in the same order give the same results and the same
/// state hash on every machine.
/// </summary>
/// <remarks>
/// All members are called from one thread at a time. An implementation reads no clock, no random source, no environment and no
/// hash-ordered collection in a way that shows in results; time comes from <see cref="CommandContext.Time"/>.
/// An exception out of <see cref="Apply"/> stops the replica: an expected failure is a result with <see cref="ApplyOutcome.Rejected"/>.
/// </remarks>
public interface IStateMachine
{
    /// <summary>Applies one committed command.</summary>
    /// <param name="context">Where the command stands in the log, and the time that the log carries.</param>
    /// <param name="command">The command's bytes; valid during the call only.</param>
    /// <param name="result">Takes the answer. It is replicated as part of the session table, so keep it small.</param>
    /// <returns>Whether the command took effect. A rejected command must leave the state as it was.</returns>
    ApplyOutcome Apply(in CommandContext context, ReadOnlySpan<byte> command, IBufferWriter<byte> result);

    /// <summary>Answers a read-only query. It must not change the state, and must not throw for a malformed query: the answer says so.</summary>
    void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result);

    /// <summary>The hash of the whole state. Equal states give equal hashes on every replica, whatever way led there.</summary>
    Digest StateHash();

    /// <summary>
    /// Captures the present state without copying all of it. The capture is written on another thread while <see cref="Apply"/> goes on.
    /// </summary>
    IStateSnapshot CaptureSnapshot();

    /// <summary>Replaces the whole state by a snapshot.</summary>
    /// <param name="snapshot">What <see cref="IStateSnapshot.WriteTo"/> wrote, already checked against its checksum.</param>
    /// <exception cref="ConsensusException">The snapshot cannot be read; the state is as it was.</exception>
    void Restore(Stream snapshot);
}
