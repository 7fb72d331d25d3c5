using System.Buffers;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// The blocks that a replica has accepted, in the order of their numbers, as entries of the log; and how far they are committed. Every change is
/// an effect on the write-ahead log at the same time.
/// </summary>
public sealed class BlockLog
{
    private readonly EntryLog _entries;
    private readonly List<PlacedBlock> _blocks = [];
    private readonly ArrayBufferWriter<byte> _header = new(256);
    private readonly ulong _checkpointInterval;
    private LogIndex _handedOver;
    private Timestamp _baseTime;

    /// <summary>Reads the blocks that are on disk.</summary>
    /// <param name="recovered">What was found there.</param>
    /// <param name="checkpointInterval">After how many blocks there is a checkpoint.</param>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.StorageCorrupt"/>: the entries are no blocks.</exception>
    public BlockLog(RecoveredState recovered, ulong checkpointInterval)
    {
        _checkpointInterval = checkpointInterval;
        _entries = new EntryLog(recovered);

        // The log forgets whole files, so it may begin in the middle of a block: of that one nothing is kept.
        Base = new SequenceNumber(_entries.Base.Term.Value);
        BaseIndex = _entries.Base.Index;
        _baseTime = recovered.Snapshot is { } snapshot && snapshot.Position == _entries.Base ? snapshot.Time : default;
        while (BaseIndex < _entries.LastIndex && _entries.TermOf(BaseIndex.Next) == _entries.Base.Term)
        {
            BaseIndex = BaseIndex.Next;
            _baseTime = _entries[BaseIndex].Time;
        }

        for (var index = BaseIndex.Next; index <= _entries.LastIndex; index = index.Next)
        {
            ref readonly var entry = ref _entries[index];
            if (entry.Kind is EntryKind.Block or EntryKind.Checkpoint)
            {
                var header = BlockHeader.Read(entry, Last.Next);
                _blocks.Add(new PlacedBlock(header.Digest, index));
            }
        }

        // What a snapshot covers was committed before.
        _handedOver = recovered.Applied;
        Committed = Base;
        while (Committed < Last && EndOf(Committed.Next) <= _handedOver)
        {
            Committed = Committed.Next;
        }

        Invariant.Holds(EndOf(Committed) == _handedOver || _handedOver < BaseIndex, "A snapshot ends with a block.");
    }

    /// <summary>The block after which those in memory begin.</summary>
    public SequenceNumber Base { get; private set; }

    /// <summary>The last accepted block.</summary>
    public SequenceNumber Last => Base + (ulong)_blocks.Count;

    /// <summary>The last block that is committed, with all before it.</summary>
    public SequenceNumber Committed { get; private set; }

    /// <summary>The last entry.</summary>
    public LogIndex LastIndex => _blocks.Count == 0 ? BaseIndex : _blocks[^1].End;

    /// <summary>The last entry of the last committed block.</summary>
    public LogIndex CommitIndex => EndOf(Committed);

    /// <summary>The size of all payloads in memory, in bytes.</summary>
    public long Bytes => _entries.Bytes;

    /// <summary>The size of the entries that are not on this replica's disk yet, in bytes.</summary>
    public long UnflushedBytes => _entries.UnflushedBytes;

    private LogIndex BaseIndex { get; set; }

    private Timestamp LastTime => TimeAfter(Last);

    /// <summary>The kind of the entry that ends a block.</summary>
    internal static EntryKind EndKind(SequenceNumber number, ulong checkpointInterval) =>
        number.Value % checkpointInterval == 0 ? EntryKind.Checkpoint : EntryKind.Block;

    /// <summary>Whether a block's content is here.</summary>
    public bool Has(SequenceNumber number) => number > Base && number <= Last;

    /// <summary>Whether the state is certified after a block.</summary>
    public bool IsCheckpoint(SequenceNumber number) => EndKind(number, _checkpointInterval) == EntryKind.Checkpoint;

    /// <summary>The digest of an accepted block.</summary>
    public Digest DigestOf(SequenceNumber number) => Placed(number).Digest;

    /// <summary>Where the log stands after a block.</summary>
    public LogPosition PositionAfter(SequenceNumber number) => _entries.PositionOf(EndOf(number));

    /// <summary>The time that the log carries after a block.</summary>
    public Timestamp TimeAfter(SequenceNumber number) => number == Base ? _baseTime : _entries[EndOf(number)].Time;

    /// <summary>Begins to add blocks, which are not believed yet, after one that is in the log.</summary>
    public BlockChain ChainAfter(SequenceNumber number) => new(number, PositionAfter(number), TimeAfter(number), _checkpointInterval);

    /// <summary>The block that ends with an entry.</summary>
    public bool TryFindEnd(LogIndex end, out SequenceNumber number)
    {
        var place = _blocks.BinarySearch(new PlacedBlock(default, end));
        number = place < 0 ? default : Base + (ulong)(place + 1);
        return place >= 0;
    }

    /// <summary>Puts a block together again. Its batches carry no signatures; its memory is the log's.</summary>
    public Block Read(SequenceNumber number)
    {
        var header = BlockHeader.Read(_entries[EndOf(number)], number);
        var next = EndOf(number) - (ulong)header.CommandCount;
        var batches = new CommandBatch[header.Batches.Length];
        for (var i = 0; i < batches.Length; i++)
        {
            var place = header.Batches[i];
            var commands = new ReadOnlyMemory<byte>[place.CommandCount];
            for (var k = 0; k < commands.Length; k++)
            {
                commands[k] = _entries[next].Payload;
                next = next.Next;
            }

            batches[i] = new CommandBatch(place.Origin, place.Number, commands);
        }

        return new Block(header.Time, batches);
    }

    /// <summary>Consecutive entries from one on; nothing, if that is not here. The memory is the log's.</summary>
    internal ReadOnlyMemory<LogEntry> Slice(LogIndex first, int bytesMax) => first > _entries.Base.Index ? _entries.Slice(first, bytesMax) : default;

    /// <summary>Whose commands a block has.</summary>
    public ReadOnlySpan<BatchPlace> BatchesOf(SequenceNumber number) => BlockHeader.Read(_entries[EndOf(number)], number).Batches;

    /// <summary>The size of a block's batches, as <see cref="Block.Bytes"/>.</summary>
    internal long BytesOf(SequenceNumber number) => SumOf(number, static command => command.Length + CommandBatch.CommandOverheadBytes);

    /// <summary>What a block's batches weigh, as <see cref="Block.Weight"/>.</summary>
    public long WeightOf(SequenceNumber number) => SumOf(number, static command => CommandBatch.WeightOf(command.Span));

    /// <summary>How many commands a block has.</summary>
    internal int CommandCountOf(SequenceNumber number) => (int)(EndOf(number) - EndOf(number - 1)) - 1;

    /// <summary>The block that an entry belongs to.</summary>
    public bool TryFindBlock(LogIndex index, out SequenceNumber number)
    {
        var isHere = index > BaseIndex && index <= LastIndex;
        number = isHere ? new SequenceNumber(_entries.TermOf(index).Value) : default;
        return isHere;
    }

    /// <summary>Whether an entry of the log is a command; else it ends a block.</summary>
    internal bool IsCommand(LogIndex index) => _entries[index].Kind == EntryKind.Command;

    /// <summary>An entry's bytes, in memory of their own.</summary>
    internal ReadOnlyMemory<byte> PayloadAt(LogIndex index) => _entries[index].Payload.ToArray();

    /// <summary>A command with what the digest of its block can be computed from; its bytes in memory of their own. Hashes the whole block.</summary>
    /// <param name="index">An entry of the log that is a command.</param>
    internal ProvenCommand CommandAt(LogIndex index)
    {
        Invariant.Holds(IsCommand(index), "What only ends a block is no command.");
        var number = new SequenceNumber(_entries.TermOf(index).Value);
        var block = Read(number);
        var place = (int)(index - (EndOf(number) - (ulong)block.CommandCount));
        var i = 0;
        while (place >= block.Batches[i].Commands.Length)
        {
            place -= block.Batches[i].Commands.Length;
            i++;
        }

        var batch = block.Batches[i];
        return new ProvenCommand(
            _entries[index].Payload.ToArray(),
            place,
            [.. batch.Commands.ToArray().Select(command => Blake3.Hash(command.Span))],
            batch.Origin,
            batch.Number,
            i,
            [.. block.Batches.ToArray().Select(each => each.Digest)],
            block.Time);
    }

    /// <summary>Accepts the next block.</summary>
    /// <returns>The position of its last record: what is promised about it waits for that.</returns>
    public Lsn Append(Block block, EffectBuffer effects)
    {
        var number = Last.Next;
        var time = block.Time > LastTime ? block.Time : LastTime;
        var term = new Term(number.Value);
        foreach (var batch in block.Batches)
        {
            foreach (var command in batch.Commands)
            {
                _entries.Append(term, EntryKind.Command, time, command.Span, effects);
            }
        }

        _header.ResetWrittenCount();
        BlockHeader.Of(number, block).Write(_header);
        var end = _entries.Append(term, EndKind(number, _checkpointInterval), time, _header.WrittenSpan, effects);
        _blocks.Add(new PlacedBlock(block.Digest, end));
        return effects.LastLsn;
    }

    /// <summary>Gives up accepted blocks that are not committed, from <paramref name="first"/> on.</summary>
    public void Truncate(SequenceNumber first, EffectBuffer effects)
    {
        Invariant.Holds(first > Committed, "A committed block is never given up.");
        if (first > Last)
        {
            return;
        }

        var end = EndOf(new SequenceNumber(first.Value - 1));
        _blocks.RemoveRange((int)(first - Base) - 1, (int)(Last - first) + 1);
        _entries.Truncate(end.Next, effects);
    }

    /// <summary>Everything up to a block is committed.</summary>
    public void CommitTo(SequenceNumber number)
    {
        Invariant.Holds(number <= Last, "Only what was accepted is committed.");
        Committed = SequenceNumber.Max(Committed, number);
    }

    /// <summary>Hands committed entries to the state machine, each once.</summary>
    public void HandOverCommitted(EffectBuffer effects)
    {
        var commit = CommitIndex;
        while (_handedOver < commit)
        {
            _handedOver = _handedOver.Next;
            effects.Commit(_entries[_handedOver]);
        }
    }

    /// <summary>The disk has the log up to a record.</summary>
    public void OnDurable(Lsn lsn) => _entries.OnDurable(lsn);

    /// <summary>Forgets blocks up to one that a durable snapshot covers.</summary>
    public void Compact(SequenceNumber number, EffectBuffer effects)
    {
        if (number <= Base)
        {
            return;
        }

        Invariant.Holds(number <= Committed, "Only what is committed is covered by a snapshot.");
        var end = EndOf(number);
        _baseTime = TimeAfter(number);
        _blocks.RemoveRange(0, (int)(number - Base));
        Base = number;
        BaseIndex = end;
        _entries.Compact(end, effects);
    }

    /// <summary>Begins anew after a peer's snapshot, which replaces the state.</summary>
    public void Install(SnapshotDescriptor snapshot, EffectBuffer effects)
    {
        Invariant.Holds(snapshot.Position.Index > CommitIndex, "Only a snapshot that is ahead is installed.");
        _blocks.Clear();
        Base = NumberOf(snapshot);
        BaseIndex = snapshot.Position.Index;
        _baseTime = snapshot.Time;
        Committed = Base;
        _handedOver = BaseIndex;
        _entries.Rebase(snapshot.Position, effects);
        effects.InstallSnapshot(snapshot);
    }

    /// <summary>The block that a snapshot ends with.</summary>
    public static SequenceNumber NumberOf(SnapshotDescriptor snapshot) => new(snapshot.Position.Term.Value);

    private PlacedBlock Placed(SequenceNumber number)
    {
        Invariant.Holds(Has(number), "A block is read that is not in the log.");
        return _blocks[(int)(number - Base) - 1];
    }

    private LogIndex EndOf(SequenceNumber number) => number == Base ? BaseIndex : Placed(number).End;

    private long SumOf(SequenceNumber number, Func<ReadOnlyMemory<byte>, int> ofCommand)
    {
        var header = BlockHeader.Read(_entries[EndOf(number)], number);
        var sum = (long)header.Batches.Length * CommandBatch.OverheadBytes;
        for (var index = EndOf(number) - (ulong)header.CommandCount; index < EndOf(number); index = index.Next)
        {
            sum += ofCommand(_entries[index].Payload);
        }

        return sum;
    }

    private readonly record struct PlacedBlock(Digest Digest, LogIndex End) : IComparable<PlacedBlock>
    {
        public int CompareTo(PlacedBlock other) => End.CompareTo(other.End);
    }
}
