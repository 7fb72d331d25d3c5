using System.Buffers;
using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>Entries that follow <paramref name="Previous"/> (section 5.3).</summary>
/// <param name="Previous">The entry before: the receiver must have the same one.</param>
/// <param name="Commit">The sender's commit index.</param>
/// <param name="Entries">The entries; may be empty.</param>
internal sealed record AppendRequest(Term Term, LogPosition Previous, LogIndex Commit, ReadOnlyMemory<LogEntry> Entries) : ProtocolMessage, IRaftMessage
{
    private LogEntry[]? _borrowed;

    /// <summary>A received message: its entries lie in memory that is used again.</summary>
    /// <param name="borrowed">Of the shared pool; the entries are at its beginning.</param>
    public static AppendRequest Received(Term term, in LogPosition previous, LogIndex commit, LogEntry[] borrowed, int count) =>
        new(term, previous, commit, borrowed.AsMemory(0, count)) { _borrowed = borrowed };

    /// <inheritdoc/>
    public override void Release()
    {
        if (_borrowed is { } borrowed)
        {
            _borrowed = null;
            Array.Clear(borrowed, 0, Entries.Length);
            ArrayPool<LogEntry>.Shared.Return(borrowed);
        }
    }
}
