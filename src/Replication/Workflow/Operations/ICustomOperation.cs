namespace Consensus.Replication.Workflow;

/// <summary>
/// An operation of the embedding application, run by every replica as part of applying a command. Registered by name when the machine is
/// made.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>Deterministic: the same context, payload and state lead to the same writes and the same outcome, on every replica and in every
/// version of the program that takes part. No clock but <see cref="CommandContext.Time"/>, no random source, no input or output, no field
/// that remembers.</item>
/// <item>Registered alike on all replicas, and before the first command that names it. A replica without it rejects what others apply, and its
/// state hash departs from theirs; that is detected, reported and repaired only by giving it the operation and the state of another.</item>
/// <item>Atomic: if the outcome is a rejection, every write is taken back.</item>
/// <item>An exception stops the replica, as any exception out of a state machine does. Reject instead.</item>
/// <item>To change what an operation does, register the new behaviour under a new name.</item>
/// </list>
/// </remarks>
public interface ICustomOperation
{
    /// <summary>The name that commands call it by.</summary>
    string Name { get; }

    /// <summary>Runs the operation.</summary>
    /// <param name="context">Where the command stands in the log, and the log's time.</param>
    /// <param name="payload">The command's payload; valid during the call only. Its meaning is the operation's own; expect anything.</param>
    /// <param name="state">What may be read and written; usable during the call only.</param>
    OperationOutcome Apply(in CommandContext context, ReadOnlySpan<byte> payload, OperationState state);
}
