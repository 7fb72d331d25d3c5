namespace Consensus.Engine;

/// <summary>
/// A consensus protocol as a synchronous, deterministic state machine: everything that can happen to a replica is an
/// <see cref="Input"/>, everything it wants done is an effect.
/// </summary>
/// <remarks>
/// The rules between a core and its host, which the driver keeps in production and the simulator keeps in tests:
/// <list type="number">
/// <item>A core owns no clock, thread, task, socket, file or source of randomness. It is called by one thread at a time.</item>
/// <item>The host calls <see cref="BeginTurn"/>, then <see cref="Step"/> for each input of the turn, then <see cref="EndTurn"/> once. What is better done once for many
/// inputs (sending a batch, advancing the commit index) a core does in <see cref="EndTurn"/>.</item>
/// <item><see cref="Step"/> never throws for what a peer or a caller does. An exception out of it is a broken invariant and stops the
/// replica.</item>
/// <item>Memory that an input refers to is valid until the turn's effects have been taken over: a core copies what it keeps longer. The host
/// takes over records and messages (stages, encodes) before the next turn begins; entries handed to the state machine stay as they are until
/// they are reported as applied.</item>
/// <item>The host writes log records in the order in which they were appended, and reports durability with
/// <see cref="LogDurable"/>. It sends a <see cref="PromiseMessage"/> only when the log is durable up to its
/// <see cref="PromiseMessage.AfterLsn"/>; other messages go out at once.</item>
/// <item>The host steps a <see cref="TimePassed"/> when <see cref="NextDeadline"/> is reached, never assuming that no input came first.</item>
/// </list>
/// </remarks>
public interface IProtocolCore
{
    /// <summary>When the core wants to be stepped at the latest; <see cref="Ticks.Never"/> if it waits for nothing.</summary>
    Ticks NextDeadline { get; }

    /// <summary>What the core is at the moment. Valid between turns.</summary>
    CoreStatus Status { get; }

    /// <summary>A turn begins: what the wall clock shows. How long ago that was, <c>now</c> of the steps says.</summary>
    /// <param name="now">The time, read before the wall clock.</param>
    /// <param name="clock">The wall clock of this replica's machine: it may be wrong, and jump in both directions.</param>
    void BeginTurn(Ticks now, Timestamp clock);

    /// <summary>Takes one input.</summary>
    /// <param name="now">The time; never smaller than at the call before.</param>
    /// <param name="input">What happened.</param>
    /// <param name="effects">Takes what is to be done.</param>
    void Step(Ticks now, Input input, EffectBuffer effects);

    /// <summary>Ends a turn: emits what was put off while its inputs were taken.</summary>
    void EndTurn(Ticks now, EffectBuffer effects);

    /// <summary>What proves that an entry is committed. A question, no input: it changes nothing. Not for the hot path; called between turns.</summary>
    ProofAnswer Prove(LogIndex index) => ProofAnswer.Refused(RefusalReason.NotSupported, "The engine gives no proofs: its replicas believe each other.");

    /// <summary>The command of a committed entry without what proves it, which may cost much more. Else like <see cref="Prove"/>.</summary>
    ProofAnswer FindCommand(LogIndex index) => Prove(index);

    /// <summary>Consecutive entries of the log, committed or not: at least one, further ones up to a number of bytes. Nothing, if the first is not here. Valid until the log changes.</summary>
    ReadOnlyMemory<LogEntry> ReadEntries(LogIndex first, int bytesMax) => default;

    /// <summary>A digest of the core's whole protocol state, for checks of determinism. Not for the hot path.</summary>
    Digest StateDigest();
}
