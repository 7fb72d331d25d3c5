using Consensus.Engine;
using Consensus.Simulation.Disk;
using Consensus.Storage.Files;

namespace Consensus.Simulation.Tests.Disk;

public sealed class SimulatedDiskTests
{
    private SimulatedDisk _disk = new(new DeterministicRandom(1));

    [SetUp]
    public void PutInAnEmptyDisk() => _disk = new SimulatedDisk(new DeterministicRandom(1));

    [Test]
    public void A_new_file_is_lost_in_a_crash_until_its_folder_is_flushed_even_if_its_bytes_were()
    {
        WriteFlushed("/d/a", 10);
        _disk.Crash(DiskLoss.Everything);
        Assert.That(_disk.ListFiles("/d"), Is.Empty);

        WriteFlushed("/d/a", 10);
        _disk.FlushDirectory("/d");
        _disk.Crash(DiskLoss.Everything);
        Assert.That(_disk.ListFiles("/d"), Is.EqualTo(["a"]));
    }

    [Test]
    public void Flushing_one_folder_leaves_the_names_of_others()
    {
        WriteFlushed("/d/a", 10);
        WriteFlushed("/e/b", 10);
        _disk.FlushDirectory("/d");
        _disk.Crash(DiskLoss.Everything);
        Assert.That(_disk.Files.Select(file => file.Path), Is.EqualTo(["/d/a"]));
    }

    [Test]
    public void A_renamed_or_deleted_file_is_back_after_a_crash_until_its_folder_is_flushed()
    {
        WriteFlushed("/d/a", 10);
        WriteFlushed("/d/b", 10);
        _disk.FlushDirectory("/d");
        _disk.Rename("/d/a", "/d/c");
        _disk.Delete("/d/b");
        Assert.That(_disk.ListFiles("/d"), Is.EqualTo(["c"]));
        _disk.Crash(DiskLoss.Everything);
        Assert.That(_disk.ListFiles("/d"), Is.EqualTo(["a", "b"]));

        _disk.Rename("/d/a", "/d/c");
        _disk.Delete("/d/b");
        _disk.FlushDirectory("/d");
        _disk.Crash(DiskLoss.Everything);
        Assert.That(_disk.ListFiles("/d"), Is.EqualTo(["c"]));
    }

    [Test]
    public void Handles_of_a_process_that_crashed_are_dead()
    {
        using var file = _disk.Create("/d/a");
        _disk.Crash(DiskLoss.Nothing);
        Assert.That(() => file.Write(0, new byte[1]), Throws.InvalidOperationException);
        Assert.That(() => file.Flush(), Throws.InvalidOperationException);
        Assert.That(() => file.Read(0, new byte[1]), Throws.InvalidOperationException);
    }

    [Test]
    public void A_lock_is_held_by_one_process_and_ends_with_it()
    {
        var first = _disk.Lock("/d/lock");
        Assert.That(() => _disk.Lock("/d/lock"), Throws.InstanceOf<IOException>());
        _disk.Crash(DiskLoss.Nothing);
        var second = _disk.Lock("/d/lock");
        first.Dispose();
        Assert.That(() => _disk.Lock("/d/lock"), Throws.InstanceOf<IOException>(), "the dead process's handle releases nothing");
        second.Dispose();
        Assert.That(() => _disk.Lock("/d/lock"), Throws.Nothing);
    }

    [Test]
    public void What_does_not_fit_is_refused_and_what_is_there_may_be_overwritten()
    {
        using var file = _disk.Create("/d/a");
        file.Write(0, new byte[1000]);
        _disk.Capacity = 1500;
        Assert.That(() => file.Write(1000, new byte[501]), Throws.InstanceOf<DiskFullException>());
        Assert.That(() => file.Allocate(1501), Throws.InstanceOf<DiskFullException>());
        Assert.That(_disk.Used, Is.EqualTo(1500), "a write puts there what fits");
        file.Write(0, new byte[1000]);
        file.Allocate(1500);
        _disk.Heal();
        Assert.That(() => file.Allocate(5000), Throws.Nothing);
    }

    [Test]
    public void A_failing_flush_throws_once_and_its_bytes_never_reach_the_disk()
    {
        WriteFlushed("/d/a", 10);
        _disk.FlushDirectory("/d");
        using var file = _disk.Open("/d/a");
        file.Write(0, new byte[] { 9 });
        _disk.FailsNextFlush = true;
        Assert.That(() => file.Flush(), Throws.InstanceOf<IOException>());
        Assert.That(() => file.Flush(), Throws.Nothing);
        Assert.That(_disk.FailedFlushes, Is.EqualTo(1));
        _disk.Crash(DiskLoss.Nothing);
        Assert.That(_disk.Read("/d/a")[0], Is.EqualTo(9), "the next process reads it from the machine's cache");
        using var again = _disk.Open("/d/a");
        again.Flush();
        _disk.Crash(new DiskLoss(1, 0));
        Assert.That(_disk.Read("/d/a")[0], Is.EqualTo(1), "the next machine does not");
    }

    [Test]
    public void What_a_failing_flush_of_a_folder_was_to_flush_is_seen_and_never_reaches_the_disk()
    {
        WriteFlushed("/d/a", 10);
        _disk.FlushDirectory("/d");
        WriteFlushed("/e/c", 10);
        _disk.Rename("/d/a", "/d/b");
        _disk.Fails = (action, _) => action == DiskAction.FlushDirectory ? new IOException("EIO") : null;
        Assert.That(() => _disk.FlushDirectory("/d"), Throws.InstanceOf<IOException>());
        _disk.Fails = static (_, _) => null;
        _disk.FlushDirectory("/d");
        _disk.FlushDirectory("/e");
        Assert.That(_disk.Paths, Is.EqualTo(["/d/b", "/e/c"]));
        _disk.Crash(DiskLoss.Everything);
        Assert.That(_disk.Paths, Is.EqualTo(["/d/a", "/e/c"]));
    }

    [Test]
    public void What_a_killed_process_has_not_flushed_is_seen_by_the_next_and_lost_with_the_machine()
    {
        WriteFlushed("/d/a", 10);
        _disk.FlushDirectory("/d");
        using (var file = _disk.Open("/d/a"))
        {
            file.Write(0, new byte[] { 9 });
        }

        _disk.Rename("/d/a", "/d/b");
        _disk.Crash(DiskLoss.Nothing);
        Assert.That(_disk.Read("/d/b")[0], Is.EqualTo(9));
        _disk.Crash(DiskLoss.Everything);
        Assert.That(_disk.Read("/d/a")[0], Is.EqualTo(1));
    }

    [Test]
    public void A_fork_crashes_by_itself_and_keeps_what_is_one_file_one_file()
    {
        WriteFlushed("/d/a", 10);
        _disk.FlushDirectory("/d");
        _disk.Rename("/d/a", "/d/b");
        var fork = _disk.Fork();
        using (var file = fork.Open("/d/b"))
        {
            file.Write(0, new byte[] { 9 });
            file.Flush();
        }

        fork.Crash(DiskLoss.Everything);
        Assert.That(fork.Read("/d/a")[0], Is.EqualTo(9), "under the name that is durable");
        Assert.That(_disk.Read("/d/b")[0], Is.EqualTo(1));
        Assert.That((_disk.UnflushedParts, fork.UnflushedParts), Is.EqualTo((1, 0)));
    }

    [Test]
    public void An_action_fails_with_what_the_test_says_and_has_no_effect()
    {
        WriteFlushed("/d/a", 10);
        using var file = _disk.Open("/d/a");
        _disk.Fails = (action, path) => action is DiskAction.Write or DiskAction.Delete ? new IOException($"{action} {path}") : null;
        Assert.That(() => file.Write(0, new byte[1]), Throws.InstanceOf<IOException>().With.Message.EqualTo("Write /d/a"));
        Assert.That(() => _disk.Delete("/d/a"), Throws.InstanceOf<IOException>());
        _disk.FailsReads = true;
        Assert.That(() => file.Read(0, new byte[1]), Throws.InstanceOf<IOException>());
        Assert.That(_disk.Read("/d/a")[0], Is.EqualTo(1));
    }

    [Test]
    public void Open_files_are_counted_and_a_closed_one_is_of_no_use()
    {
        var file = _disk.Create("/d/a");
        Assert.That(_disk.OpenFiles, Is.EqualTo(1));
        file.Dispose();
        file.Dispose();
        Assert.That(_disk.OpenFiles, Is.Zero);
        Assert.That(() => file.Read(0, new byte[1]), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void A_misdirected_write_lands_at_another_sector_of_its_file_and_only_once()
    {
        WriteFlushed("/d/a", 64 * SimulatedContent.SectorBytes);
        using var file = _disk.Open("/d/a");
        var asked = new List<string>();
        _disk.Misdirects = path =>
        {
            asked.Add(path);
            return true;
        };
        var block = Enumerable.Repeat((byte)9, SimulatedContent.SectorBytes).ToArray();
        file.Write(0, block);
        var hit = _disk.Read("/d/a").AsSpan().IndexOf((byte)9);
        Assert.That(hit % SimulatedContent.SectorBytes, Is.Zero);
        Assert.That(_disk.Read("/d/a").Count(value => value == 9), Is.EqualTo(block.Length));
        Assert.That(hit, Is.Positive, "with this seed");
        file.Write(0, block);
        Assert.That(_disk.Read("/d/a")[0], Is.EqualTo(9));
        Assert.That(asked, Is.EqualTo(["/d/a"]));
    }

    [Test]
    public void Flushes_take_as_long_as_said_and_the_time_is_taken_once()
    {
        _disk.FlushTime = TimeSpan.FromMilliseconds(30);
        WriteFlushed("/d/a", 1);
        _disk.FlushDirectory("/d");
        Assert.That(_disk.TakeElapsed(), Is.EqualTo(TimeSpan.FromMilliseconds(60)));
        Assert.That(_disk.TakeElapsed(), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void A_copy_has_the_same_files_and_shares_nothing()
    {
        WriteFlushed("/d/a", 10);
        var copy = _disk.Copy();
        copy.Flip("/d/a", 0, 1);
        copy.Crash(DiskLoss.Everything);
        Assert.That(copy.Read("/d/a")[0], Is.EqualTo(3));
        Assert.That(_disk.Read("/d/a")[0], Is.EqualTo(1));
    }

    [Test]
    public void A_wiped_disk_is_empty_for_good()
    {
        WriteFlushed("/d/a", 10);
        _disk.FlushDirectory("/d");
        _disk.Wipe();
        _disk.Crash(DiskLoss.Nothing);
        Assert.That(_disk.Files, Is.Empty);
    }

    private void WriteFlushed(string path, int length)
    {
        using var file = _disk.Create(path);
        file.Write(0, Enumerable.Repeat((byte)1, length).ToArray());
        file.Flush();
    }
}
