using System.Buffers;
using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>Where a log would stand after further blocks, without appending them: for blocks that are not believed yet.</summary>
public sealed class BlockChain
{
    private readonly EntryChain _chain = new();
    private readonly ArrayBufferWriter<byte> _header = new(256);
    private readonly ulong _checkpointInterval;

    /// <summary>Begins where a log stands.</summary>
    /// <param name="number">Its last block.</param>
    /// <param name="position">Its last entry.</param>
    /// <param name="time">The time that it carries there.</param>
    /// <param name="checkpointInterval">After how many blocks there is a checkpoint.</param>
    public BlockChain(SequenceNumber number, LogPosition position, Timestamp time, ulong checkpointInterval)
    {
        Number = number;
        Position = position;
        Time = time;
        _checkpointInterval = checkpointInterval;
    }

    /// <summary>The last block.</summary>
    public SequenceNumber Number { get; private set; }

    /// <summary>The last entry.</summary>
    public LogPosition Position { get; private set; }

    /// <summary>The time that the log carries there.</summary>
    public Timestamp Time { get; private set; }

    /// <summary>Adds the next block.</summary>
    public void Add(Block block)
    {
        Number = Number.Next;
        Time = block.Time > Time ? block.Time : Time;
        foreach (var batch in block.Batches)
        {
            foreach (var command in batch.Commands)
            {
                Add(EntryKind.Command, command.Span);
            }
        }

        _header.ResetWrittenCount();
        BlockHeader.Of(Number, block).Write(_header);
        Add(BlockLog.EndKind(Number, _checkpointInterval), _header.WrittenSpan);
    }

    private void Add(EntryKind kind, ReadOnlySpan<byte> payload)
    {
        var (index, term) = (Position.Index.Next, new Term(Number.Value));
        Position = new LogPosition(index, term, _chain.Next(Position.Chain, index, term, kind, Time, payload));
    }
}
