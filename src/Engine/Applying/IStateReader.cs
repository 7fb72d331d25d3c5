namespace Consensus.Engine;

/// <summary>Somebody who waits until the state is current up to an entry, and may then query it.</summary>
public interface IStateReader
{
    /// <summary>
    /// Whether nobody waits for it any more, because its time is over or its caller has gone. May change at any time, to
    /// <see langword="true"/> only; whoever keeps the reader may then drop it without a call.
    /// </summary>
    bool HasEnded { get; }

    /// <summary>The state reflects every entry up to <paramref name="applied"/>. Called on the applier's thread, once.</summary>
    /// <param name="state">The state; for the duration of the call.</param>
    /// <param name="applied">The last applied entry.</param>
    void OnCurrent(IReplicatedState state, LogIndex applied);

    /// <summary>The replica has stopped before the state was current. Called instead of <see cref="OnCurrent"/>, once.</summary>
    /// <param name="exception">Why.</param>
    void OnAbandoned(Exception exception);
}
