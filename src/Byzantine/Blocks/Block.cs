using Consensus.Cryptography;

namespace Consensus.Byzantine;

/// <summary>What is agreed on at once: batches of commands in an order, and the time that the log carries from there on. Immutable.</summary>
public sealed class Block
{
    private readonly CommandBatch[] _batches;

    /// <summary>Creates a block.</summary>
    /// <param name="time">The proposer's wall clock.</param>
    /// <param name="batches">The batches; not changed afterwards.</param>
    public Block(Timestamp time, CommandBatch[] batches)
    {
        Time = time;
        _batches = batches;
        Digest = ContentDigests.OfBlock(time, Array.ConvertAll(batches, batch => batch.Digest));
        foreach (var batch in batches)
        {
            Bytes += batch.Bytes;
            Weight += batch.Weight;
            CommandCount += batch.Commands.Length;
        }
    }

    /// <summary>The batches, for traces.</summary>
    public override string ToString() => $"[{string.Join<CommandBatch>(", ", _batches)}]";

    /// <summary>The block without content that fills a gap in the order.</summary>
    public static Block Null { get; } = new(default, []);

    /// <summary>The proposer's wall clock. The log's own time never goes back, whatever it says.</summary>
    public Timestamp Time { get; }

    /// <summary>The batches in their order.</summary>
    public ReadOnlySpan<CommandBatch> Batches => _batches;

    /// <summary>What is agreed on.</summary>
    public Digest Digest { get; }

    /// <summary>The size of the block, about.</summary>
    public long Bytes { get; }

    /// <summary>What it counts against <see cref="ByzantineOptions.BlockBytesMax"/>: see <see cref="CommandBatch.Weight"/>.</summary>
    public long Weight { get; }

    /// <summary>How many commands it has.</summary>
    public int CommandCount { get; }

    /// <summary>The same block in memory of its own.</summary>
    public Block Copy() => new(Time, Array.ConvertAll(_batches, batch => batch.Copy()));
}
