using System.Runtime.InteropServices;

namespace Consensus.Engine.Tests.Log;

[TestFixture]
public sealed class PayloadArenaTests
{
    private const int BlockSize = 64 * 1024;

    [Test]
    public void An_empty_payload_takes_no_memory() => Assert.That(new PayloadArena().Store(new LogIndex(1), default).IsEmpty);

    [Test]
    public void A_payload_is_copied()
    {
        var arena = new PayloadArena();
        var payload = "abc"u8.ToArray();
        var stored = arena.Store(new LogIndex(1), payload);
        payload.AsSpan().Clear();
        Assert.That(stored.ToArray(), Is.EqualTo("abc"u8.ToArray()));
    }

    [Test]
    public void Memory_is_reused_when_all_payloads_of_a_block_are_released_and_not_before()
    {
        var arena = WithBlocksOfFullSize();
        var first = ArrayOf(Fill(arena, 1));
        Fill(arena, 2);

        arena.Release(new LogIndex(0));
        Assert.That(ReferenceEquals(ArrayOf(Fill(arena, 3)), first), Is.False, "entry 1 may still be read");
        arena.Release(new LogIndex(1));
        Assert.That(ReferenceEquals(ArrayOf(Fill(arena, 4)), first), Is.True);
    }

    [Test]
    public void A_large_payload_has_memory_of_its_own_that_is_not_reused()
    {
        var arena = new PayloadArena();
        var large = arena.Store(new LogIndex(1), new byte[(BlockSize / 2) + 1]);
        Assert.That(ArrayOf(large), Has.Length.EqualTo((BlockSize / 2) + 1));
        arena.Release(new LogIndex(1));
        Assert.That(ArrayOf(Fill(arena, 2)), Is.Not.SameAs(ArrayOf(large)));
    }

    // A leader under load has many megabytes in memory between two snapshots.
    [Test]
    public void What_a_log_took_before_a_release_it_gets_again_however_much_it_was()
    {
        const int blocks = 1_000;
        var arena = WithBlocksOfFullSize();
        arena.Release(LogIndex.Zero);
        var first = FillMany(arena, 1, blocks);
        arena.Release(new LogIndex(blocks));

        var second = FillMany(arena, blocks + 1, blocks);

        // The open block was not released.
        Assert.That(second.Except(first).Count(), Is.LessThanOrEqualTo(1));
    }

    [Test]
    public void What_a_burst_took_is_given_back_in_the_end()
    {
        const int blocks = 1_000;
        var arena = WithBlocksOfFullSize();
        var burst = FillMany(arena, 1, blocks);
        ulong next = blocks + 1;
        arena.Release(new LogIndex(next - 1));
        for (var release = 0; release < 400; release++)
        {
            FillMany(arena, next, 3);
            next += 3;
            arena.Release(new LogIndex(next - 1));
        }

        Assert.That(FillMany(arena, next, blocks).Intersect(burst).Count(), Is.LessThan(100));
    }

    [Test]
    public void Abandoned_memory_is_never_handed_out_again()
    {
        var arena = new PayloadArena();
        var abandoned = Enumerable.Range(1, 5).Select(i => ArrayOf(Fill(arena, (ulong)i))).ToHashSet();
        arena.Abandon();
        for (ulong i = 6; i < 30; i++)
        {
            Assert.That(abandoned.Contains(ArrayOf(Fill(arena, i))), Is.False);
            arena.Release(new LogIndex(i));
        }
    }

    /// <summary>Payloads of entries that are overwritten count as in use until the log passes them: nothing else is promised.</summary>
    [Test]
    public void Memory_in_use_is_never_handed_out([Range(1, 10)] int seed)
    {
        var random = new Random(seed);
        var arena = new PayloadArena();
        var inUse = new SortedDictionary<ulong, (ReadOnlyMemory<byte> Stored, byte[] Expected)>();
        ulong next = 1;
        for (var step = 0; step < 3000; step++)
        {
            switch (random.Next(20))
            {
                case 0:
                    var released = inUse.Count == 0 ? next - 1 : inUse.Keys.First() - 1 + (ulong)random.Next(inUse.Count + 1);
                    arena.Release(new LogIndex(released));
                    foreach (var index in inUse.Keys.Where(index => index <= released).ToArray())
                    {
                        inUse.Remove(index);
                    }

                    break;
                case 1 when inUse.Count > 0:
                    next = inUse.Keys.Last() - (ulong)random.Next(Math.Min(3, inUse.Count));
                    foreach (var index in inUse.Keys.Where(index => index >= next).ToArray())
                    {
                        inUse.Remove(index);
                    }

                    break;
                default:
                    var payload = new byte[random.Next(30) == 0 ? random.Next(BlockSize / 2) : random.Next(1, 20_000)];
                    random.NextBytes(payload);
                    inUse[next] = (arena.Store(new LogIndex(next), payload), payload);
                    next++;
                    break;
            }

            if (step % 20 == 0)
            {
                foreach (var (index, (stored, expected)) in inUse)
                {
                    Assert.That(stored.Span.SequenceEqual(expected), $"seed {seed}, step {step}: the payload of entry {index}");
                }
            }
        }
    }

    /// <summary>An arena whose first, smaller blocks are full.</summary>
    private static PayloadArena WithBlocksOfFullSize()
    {
        var arena = new PayloadArena();
        arena.Store(LogIndex.Zero, new byte[BlockSize / 4]);
        arena.Store(LogIndex.Zero, new byte[BlockSize / 2]);
        return arena;
    }

    /// <summary>Fills blocks, one for each entry from <paramref name="first"/> on.</summary>
    private static HashSet<byte[]> FillMany(PayloadArena arena, ulong first, int count) =>
        [.. Enumerable.Range(0, count).Select(i => ArrayOf(Fill(arena, first + (ulong)i)))];

    /// <summary>Fills a block with payloads of one entry; the next payload begins another.</summary>
    private static ReadOnlyMemory<byte> Fill(PayloadArena arena, ulong index)
    {
        ReadOnlyMemory<byte> stored = default;
        for (var i = 0; i < 4; i++)
        {
            stored = arena.Store(new LogIndex(index), new byte[BlockSize / 4]);
        }

        return stored;
    }

    private static byte[] ArrayOf(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) ? segment.Array! : throw new AssertionException("Payloads lie in arrays.");
}
