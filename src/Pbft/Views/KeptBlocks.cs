using Consensus.Byzantine;
using Consensus.Engine;

namespace Consensus.Pbft.Views;

/// <summary>
/// Accepted blocks that a view has given up: others may hold a proof that one of them was prepared, and ask for its content in a later view. Kept, on disk too,
/// until a stable checkpoint passes their number; for each number the one given up last.
/// </summary>
internal sealed class KeptBlocks
{
    private readonly PbftState _state;
    private readonly SortedDictionary<SequenceNumber, Block> _blocks = [];

    public KeptBlocks(PbftState state, RecoveredState recovered)
    {
        _state = state;
        for (var offset = 1; offset <= state.Options.WindowBlocks; offset++)
        {
            var number = state.Stable.Number + (ulong)offset;
            if (recovered.Slots.TryGetValue(PbftSlots.Kept(number, state.Options.WindowBlocks), out var value)
                && PbftSlots.ReadKept(value) is var kept && kept.Number == number)
            {
                _blocks[number] = kept.Block;
            }
        }
    }

    /// <summary>The block with a digest, if it was given up as this number.</summary>
    public Block? Find(SequenceNumber number, in Digest digest) =>
        _blocks.TryGetValue(number, out var block) && block.Digest == digest ? block : null;

    /// <summary>Gives up what the log has from a number on: as those numbers nothing is accepted any more.</summary>
    public void GiveUp(SequenceNumber first)
    {
        for (var number = first; number <= _state.Log.Last; number = number.Next)
        {
            var value = PbftSlots.KeptValue(number, _state.Log.Read(number));
            _state.Effects.Save(PbftSlots.Kept(number, _state.Options.WindowBlocks), value);

            // Read back: the log's memory is its own.
            _blocks[number] = PbftSlots.ReadKept(value).Block;
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
        while (_blocks.Count > 0 && _blocks.First().Key <= _state.Stable.Number)
        {
            var number = _blocks.First().Key;
            _blocks.Remove(number);
            _state.Effects.Save(PbftSlots.Kept(number, _state.Options.WindowBlocks), default);
        }
    }
}
