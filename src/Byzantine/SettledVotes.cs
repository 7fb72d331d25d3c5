using Consensus.Cryptography;

namespace Consensus.Byzantine;

/// <summary>
/// Which statements have their certificate already. The core notes them; the stage that verifies messages, on other threads, sees that a vote for one of them is not needed
/// any more, and leaves its signature unchecked. A vote for anything else in the same place is looked at as ever: it may be evidence.
/// </summary>
/// <remarks>Safe to use by one writer and any number of readers. What was noted long ago is forgotten; then a late vote is verified for nothing.</remarks>
internal sealed class SettledVotes
{
    private const int Capacity = 1024;

    private readonly Settled?[] _settled = new Settled?[Capacity];

    /// <summary>A statement has its certificate.</summary>
    public void Note(in Statement statement) =>
        Volatile.Write(ref Place(statement.Kind, statement.View, statement.Sequence), new Settled(statement.Kind, statement.View, statement.Sequence, statement.Hash));

    /// <summary>Whether a statement has its certificate.</summary>
    public bool Contains(StatementKind kind, ViewNumber view, SequenceNumber sequence, in Digest hash) =>
        Volatile.Read(ref Place(kind, view, sequence)) is { } settled && settled.Kind == kind && settled.View == view && settled.Sequence == sequence && settled.Hash == hash;

    /// <summary>Forgets everything: a core begins without certificates.</summary>
    public void Clear() => Array.Clear(_settled);

    private ref Settled? Place(StatementKind kind, ViewNumber view, SequenceNumber sequence) =>
        ref _settled[(((view.Value + sequence.Value) * 2) + (ulong)kind) % Capacity];

    private sealed record Settled(StatementKind Kind, ViewNumber View, SequenceNumber Sequence, Digest Hash);
}
