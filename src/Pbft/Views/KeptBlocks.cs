using Consensus.Byzantine;
using Consensus.Engine;

namespace Consensus.Pbft.Views;

/// <summary>
/// Accepted blocks that a view has given up: others may hold a proof that one of them was prepared, and ask for its content in a later view. Kept, on disk too,
/// until a stable checkpoint passes their number. Bounded in bytes: beyond that the oldest go first, but for those that were prepared here.
/// </summary>
internal sealed class KeptBlocks
{
    private readonly PbftState _state;
    private readonly List<KeptBlock> _blocks = [];
    private readonly Stack<ulong> _freeSlots = new();
    private ulong _slotsUsed;
    private long _bytes;

    public KeptBlocks(PbftState state, RecoveredState recovered)
    {
        _state = state;
        foreach (var (key, value) in recovered.Slots)
        {
            if (PbftSlots.IsKept(key, out var slot))
            {
                Recover(slot, value);
            }
        }
    }

    /// <summary>Their size.</summary>
    public long Bytes => _bytes;

    /// <summary>The block with a digest, if it was given up as this number.</summary>
    public Block? Find(SequenceNumber number, in Digest digest)
    {
        foreach (var kept in _blocks)
        {
            if (kept.Number == number && kept.Block.Digest == digest)
            {
                return kept.Block;
            }
        }

        return null;
    }

    /// <summary>Gives up what the log has from a number on: as those numbers nothing is accepted any more.</summary>
    public void GiveUp(SequenceNumber first)
    {
        for (var number = first; number <= _state.Log.Last; number = number.Next)
        {
            if (Find(number, _state.Log.DigestOf(number)) is null)
            {
                Keep(number, _state.Log.Read(number));
            }
        }

        _state.Log.Truncate(first, _state.Effects);
        foreach (var slot in _state.Slots)
        {
            if (slot.Number >= first)
            {
                slot.AcceptedIn = null;
            }
        }
    }

    /// <summary>A checkpoint is stable: nobody asks for what lies before it.</summary>
    public void OnStable()
    {
        for (var i = _blocks.Count - 1; i >= 0; i--)
        {
            if (_blocks[i].Number <= _state.Stable.Number)
            {
                Drop(i);
            }
        }
    }

    private void Keep(SequenceNumber number, Block block)
    {
        var slot = _freeSlots.TryPop(out var free) ? free : _slotsUsed++;
        var value = PbftSlots.KeptValue(number, block);
        _state.Effects.Save(PbftSlots.Kept(slot), value);

        // Read back: the log's memory is its own.
        _blocks.Add(new KeptBlock(slot, number, PbftSlots.ReadKept(value).Block));
        _bytes += block.Bytes;
        for (var oldest = 0; _bytes > _state.Options.PooledBytesMax && oldest < _blocks.Count - 1;)
        {
            if (_state.FindSlot(_blocks[oldest].Number)?.Proof?.Digest == _blocks[oldest].Block.Digest)
            {
                oldest++;
            }
            else
            {
                Drop(oldest);
            }
        }
    }

    private void Drop(int place)
    {
        var kept = _blocks[place];
        _blocks.RemoveAt(place);
        _bytes -= kept.Block.Bytes;
        _freeSlots.Push(kept.Slot);
        _state.Effects.Save(PbftSlots.Kept(kept.Slot), default);
    }

    private void Recover(ulong slot, ReadOnlyMemory<byte> value)
    {
        while (_slotsUsed < slot)
        {
            _freeSlots.Push(_slotsUsed++);
        }

        _slotsUsed = slot + 1;
        var (number, block) = PbftSlots.ReadKept(value);
        _blocks.Add(new KeptBlock(slot, number, block));
        _bytes += block.Bytes;
    }

    private readonly record struct KeptBlock(ulong Slot, SequenceNumber Number, Block Block);
}
