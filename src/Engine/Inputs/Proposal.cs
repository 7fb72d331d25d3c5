namespace Consensus.Engine;

/// <summary>A command on its way into the log.</summary>
/// <param name="Ticket">Names it in a refusal.</param>
/// <param name="Payload">The command in its envelope; valid until the turn has ended.</param>
/// <param name="WaitFor">What its caller waits for.</param>
public readonly record struct Proposal(Ticket Ticket, ReadOnlyMemory<byte> Payload, CommitLevel WaitFor = CommitLevel.Committed);
