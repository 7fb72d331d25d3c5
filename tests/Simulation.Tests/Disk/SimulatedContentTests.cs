using Consensus.Engine;
using Consensus.Simulation.Disk;

namespace Consensus.Simulation.Tests.Disk;

public sealed class SimulatedContentTests
{
    private const int Sector = SimulatedContent.SectorBytes;

    /// <summary>The machine crashes, and all that was written is on its disk.</summary>
    private static DiskLoss Luck => new(1, 0);

    [Test]
    public void What_was_flushed_survives_a_crash_that_loses_everything_else()
    {
        var content = Written(1, 3 * Sector);
        content.Flush();
        content.Write(Sector, Filled(2, Sector));
        Crash(content, DiskLoss.Everything);
        Assert.That(Read(content), Is.EqualTo(Filled(1, 3 * Sector)));
    }

    [Test]
    public void What_was_never_flushed_is_gone_with_its_length()
    {
        var content = Written(1, 100);
        Crash(content, DiskLoss.Everything);
        Assert.That(content.Length, Is.Zero);
    }

    [Test]
    public void What_was_never_flushed_may_survive()
    {
        var content = Written(1, 100);
        Crash(content, Luck);
        Assert.That(Read(content), Is.EqualTo(Filled(1, 100)));
        Assert.That(content.IsDirty, Is.False);
    }

    [Test]
    public void Of_two_writes_to_one_sector_the_first_may_survive_without_the_second_and_the_other_way_around()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var content = Written(1, 3);
            content.Write(2, Filled(2, 2));
            Crash(content, new DiskLoss(0.5, 0), seed);
            found.Add(string.Join(' ', Read(content)));
        }

        Assert.That(found, Is.EqualTo(["", "0 0 2 2", "1 1 1", "1 1 2 2"]));
    }

    [Test]
    public void Sectors_survive_each_for_itself_and_a_torn_one_in_part()
    {
        var (kept, lost, torn) = (0, 0, 0);
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var content = Written(1, 8 * Sector);
            content.Flush();
            content.Write(0, Filled(2, 8 * Sector));
            Crash(content, new DiskLoss(0.5, 0.5), seed);
            foreach (var sector in Read(content).Chunk(Sector))
            {
                var news = sector.TakeWhile(value => value == 2).Count();
                Assert.That(sector.Skip(news), Is.All.EqualTo(1), "a torn sector is new at its beginning and old behind");
                _ = news switch { 0 => lost++, Sector => kept++, _ => torn++ };
            }
        }

        Assert.That((kept > 20, lost > 20, torn > 20), Is.EqualTo((true, true, true)), $"{kept} kept, {lost} lost, {torn} torn");
    }

    [Test]
    public void A_file_that_is_cut_and_grows_is_as_long_as_at_some_time_and_new_bytes_are_zero()
    {
        var lengths = new SortedSet<long>();
        for (var seed = 1UL; seed <= 20; seed++)
        {
            var content = Written(1, 1000);
            content.Flush();
            content.SetLength(300);
            content.SetLength(2000);
            Crash(content, new DiskLoss(0.5, 0), seed);
            lengths.Add(content.Length);
            Assert.That(Read(content).Skip(1000), Is.All.Zero);
        }

        Assert.That(lengths, Is.EqualTo([300L, 1000L, 2000L]));
    }

    [Test]
    public void After_a_failed_flush_a_second_one_does_not_help()
    {
        var content = Written(1, Sector);
        content.Flush();
        content.Write(0, Filled(2, Sector));
        content.Forget();
        content.Flush();
        Assert.That(Read(content), Is.EqualTo(Filled(2, Sector)), "its process still sees what it wrote");
        Crash(content, Luck);
        Assert.That(Read(content), Is.EqualTo(Filled(1, Sector)), "and it never reached the disk");
    }

    [Test]
    public void After_a_failed_flush_what_is_written_again_reaches_the_disk()
    {
        var content = Written(1, 2 * Sector);
        content.Forget();
        content.Write(Sector, Filled(1, Sector));
        content.Flush();
        Crash(content, Luck);
        Assert.That(Read(content), Is.EqualTo(new byte[Sector].Concat(Filled(1, Sector))), "and the rest does not; the length does");
    }

    [Test]
    public void A_fork_crashes_by_itself()
    {
        var content = Written(1, Sector);
        var fork = content.Fork();
        Crash(fork, DiskLoss.Everything);
        Assert.That((fork.Length, content.Length), Is.EqualTo((0L, (long)Sector)));
        Crash(content, Luck);
        Assert.That(Read(content), Is.EqualTo(Filled(1, Sector)));
    }

    [Test]
    public void A_flipped_bit_is_seen_at_once_and_survives()
    {
        var content = Written(0, Sector);
        content.Flush();
        content.Flip(7, 3);
        Assert.That(Read(content)[7], Is.EqualTo(8));
        Crash(content, DiskLoss.Everything);
        Assert.That(Read(content)[7], Is.EqualTo(8));
    }

    [Test]
    public void It_is_dirty_until_it_is_flushed()
    {
        var content = Written(1, 10);
        Assert.That(content.IsDirty, Is.True);
        content.Flush();
        Assert.That(content.IsDirty, Is.False);
        content.SetLength(20);
        Assert.That(content.IsDirty, Is.True);
    }

    private static void Crash(SimulatedContent content, DiskLoss loss, ulong seed = 1) =>
        content.Crash(new RandomSurvival(new DeterministicRandom(seed), loss), lastNumber: 0);

    private static SimulatedContent Written(byte value, int length)
    {
        var content = new SimulatedContent();
        content.Write(0, Filled(value, length));
        return content;
    }

    private static byte[] Filled(byte value, int length) => [.. Enumerable.Repeat(value, length)];

    private static byte[] Read(SimulatedContent content)
    {
        var bytes = new byte[content.Length];
        content.Read(0, bytes);
        return bytes;
    }
}
