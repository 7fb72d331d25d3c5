namespace Consensus.Engine;

/// <summary>
/// Holds the payloads of the entries in memory: copied one after the other into large blocks, and released in the same order, so that
/// a replica in steady state allocates nothing for them. The first blocks are small, each twice as large as the one before: many a log is short.
/// </summary>
internal sealed class PayloadArena
{
    // Larger ones would be large objects to the garbage collector, and each new one a reason to look through the whole heap.
    private const int BlockSize = 64 * 1024;
    private const int FirstBlockSize = 16 * 1024;

    // So slow that a log whose length goes up and down allocates nothing: less than this many blocks are kept for good.
    private const int DecayDivisor = 64;

    private readonly Queue<Block> _blocks = new();
    private readonly Stack<byte[]> _spare = new();
    private Block? _open;
    private int _blocksMax;
    private int _nextSize = FirstBlockSize;

    /// <summary>Copies a payload, which stays until <see cref="Release"/> passes <paramref name="index"/>.</summary>
    public ReadOnlyMemory<byte> Store(LogIndex index, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            return default;
        }

        if (payload.Length > BlockSize / 2)
        {
            return payload.ToArray();
        }

        if (_open is null || _open.Bytes.Length - _open.Used < payload.Length)
        {
            _open = new Block(_spare.TryPop(out var spare) ? spare : Allocate(payload.Length));
            _blocks.Enqueue(_open);
        }

        var stored = _open.Bytes.AsMemory(_open.Used, payload.Length);
        payload.CopyTo(stored.Span);
        _open.Used += payload.Length;
        _open.Last = index;
        return stored;
    }

    /// <summary>
    /// Reuses the blocks that hold only payloads up to <paramref name="index"/>, which nobody may read any more. As many are kept in all as the log has lately taken at most: what it took before the last
    /// release it will take again before the next one, and what a burst took it gives back little by little.
    /// </summary>
    public void Release(LogIndex index)
    {
        _blocksMax = Math.Max(_blocks.Count, _blocksMax - _blocksMax / DecayDivisor);
        while (_blocks.TryPeek(out var block) && block != _open && block.Last <= index)
        {
            _blocks.Dequeue();
            if (block.Bytes.Length == BlockSize)
            {
                _spare.Push(block.Bytes);
            }
        }

        while (_spare.Count > 0 && _spare.Count + _blocks.Count > _blocksMax)
        {
            _spare.Pop();
        }
    }

    /// <summary>Lets go of all blocks without reusing them: the state machine may still read some.</summary>
    public void Abandon()
    {
        _blocks.Clear();
        _open = null;
    }

    private byte[] Allocate(int payloadBytes)
    {
        var size = _nextSize;
        while (size < payloadBytes)
        {
            size *= 2;
        }

        _nextSize = Math.Min(BlockSize, 2 * size);
        return GC.AllocateUninitializedArray<byte>(size);
    }

    private sealed class Block(byte[] bytes)
    {
        public byte[] Bytes { get; } = bytes;

        public int Used { get; set; }

        public LogIndex Last { get; set; }
    }
}
