using Consensus.Engine;

namespace Consensus.Simulation.Histories;

/// <summary>A command entry as the first replica that applied it has seen it.</summary>
/// <param name="Index">The entry.</param>
/// <param name="Node">The replica.</param>
/// <param name="At">When.</param>
/// <param name="Event">When among the beginnings and ends of all calls.</param>
/// <param name="Kind">What the entry asks for; <see langword="null"/> if it is no command envelope.</param>
/// <param name="Body">The hash of the command for the state machine.</param>
/// <param name="Applied">What came of it; the result is a copy.</param>
internal sealed record AppliedEntry(LogIndex Index, NodeId Node, Ticks At, long Event, CommandKind? Kind, Digest Body, AppliedCommand Applied)
{
    /// <summary>Whether it is a command for the state machine. One that its session's owner has not signed is as if it had not been there.</summary>
    public bool IsCommand => Kind is CommandKind.Command or CommandKind.SignedCommand && Applied.Outcome != CommandOutcome.NotSignedByClient;

    /// <summary>Whether the state machine was given the command at this entry: it was no retry, and its session was open.</summary>
    public bool IsFirst => Applied.Outcome is CommandOutcome.Applied or CommandOutcome.Rejected && Applied.Index == Index;

    /// <summary>Whether it is answered with the result of an earlier entry.</summary>
    public bool IsRetry => Applied.Outcome is CommandOutcome.Applied or CommandOutcome.Rejected && Applied.Index != Index;
}
