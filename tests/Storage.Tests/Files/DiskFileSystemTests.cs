using Consensus.Storage.Files;
using Consensus.Storage.Log;
using Consensus.Storage.Tests.Log;

namespace Consensus.Storage.Tests.Files;

public sealed class DiskFileSystemTests
{
    private static IFileSystem[] FileSystems => [new DiskFileSystem(), new MemoryFileSystem()];

    private string _folder = "";

    [SetUp]
    public void Make_a_folder() => _folder = Directory.CreateTempSubdirectory("consensus-storage-").FullName;

    [TearDown]
    public void Remove_it() => Directory.Delete(_folder, recursive: true);

    [TestCaseSource(nameof(FileSystems))]
    public void A_file_keeps_what_was_written_where_it_was_written(IFileSystem files)
    {
        var path = Path.Combine(_folder, "a");
        using (var file = files.Create(path))
        {
            file.Write(100_000, [1, 2, 3]);
            file.Allocate(200_000);
            file.Allocate(10);
            file.Flush();
            Assert.That(file.Length, Is.EqualTo(200_000));
        }

        using (var file = files.Open(path))
        {
            var buffer = new byte[10];
            Assert.That(file.Read(99_998, buffer), Is.EqualTo(10));
            Assert.That(buffer, Is.EqualTo(new byte[] { 0, 0, 1, 2, 3, 0, 0, 0, 0, 0 }));
            file.Truncate(100_001);
            Assert.That(file.Read(99_998, buffer), Is.EqualTo(3));
            file.Allocate(100_005);
            Assert.That(file.Read(100_000, buffer), Is.EqualTo(5));
            Assert.That(buffer[..5], Is.EqualTo(new byte[] { 1, 0, 0, 0, 0 }), "what was cut off does not come back");
            Assert.That(file.Read(500_000, buffer), Is.Zero);
        }
    }

    [TestCaseSource(nameof(FileSystems))]
    public void Names_come_change_and_go(IFileSystem files)
    {
        var folder = Path.Combine(_folder, "x", "y");
        Assert.That(files.ListFiles(folder), Is.Empty);
        files.CreateDirectory(folder);
        foreach (var name in new[] { "b", "a", "c" })
        {
            files.Create(Path.Combine(folder, name)).Dispose();
        }

        files.FlushDirectory(folder);
        files.Rename(Path.Combine(folder, "a"), Path.Combine(folder, "c"));
        files.Delete(Path.Combine(folder, "b"));
        files.Delete(Path.Combine(folder, "b"));
        Assert.Multiple(() =>
        {
            Assert.That(files.ListFiles(folder), Is.EqualTo(new[] { "c" }));
            Assert.That(() => files.Open(Path.Combine(folder, "a")), Throws.TypeOf<FileNotFoundException>());
            Assert.That(() => files.Create(Path.Combine(folder, "c")), Throws.InstanceOf<IOException>());
        });
    }

    [TestCaseSource(nameof(FileSystems))]
    public void A_lock_is_held_once(IFileSystem files)
    {
        var path = Path.Combine(_folder, "lock");
        using (files.Lock(path))
        {
            Assert.That(() => files.Lock(path), Throws.InstanceOf<IOException>().With.Message.Contains(path));
        }

        files.Lock(path).Dispose();
    }

    [Test]
    public void Flushing_a_folder_that_is_not_there_fails() =>
        Assert.That(() => new DiskFileSystem().FlushDirectory(Path.Combine(_folder, "none")), Throws.InstanceOf<IOException>().With.Message.Contains("none"));

    [Test]
    [Platform("Linux")]
    public void A_full_device_is_told_apart_from_other_failures()
    {
        // /dev/full answers every write with "no space".
        using var file = new DiskFileSystem().Open("/dev/full");
        Assert.That(() => file.Write(0, [1]), Throws.TypeOf<DiskFullException>());
    }

    [Test]
    public void A_log_on_the_disk_survives_reopening_compaction_and_a_torn_tail([Values] bool inBackground)
    {
        var files = new DiskFileSystem();
        var options = new WriteAheadLogOptions { SegmentBytes = 64 * 1024, PrepareInBackground = inBackground };
        var folder = Path.Combine(_folder, "log");
        WriteAheadLog.Create(files, folder, LogRun.Identity, options);
        var model = new LogModel();
        for (var round = 0; round < 3; round++)
        {
            var (log, recovered) = WriteAheadLog.Open(files, folder, LogRun.Identity, options);
            using (log)
            {
                Assert.That(model.Difference(recovered, new LogIndex(100)), Is.Null);
                for (var i = 0; i < 60; i++)
                {
                    foreach (var record in new[] { model.NextEntry(3000), model.After(model.NextEntry(3000)).NextSlot(1, $"{round} {i}") })
                    {
                        log.Stage(record);
                        model = model.After(record);
                    }

                    log.Persist(log.TakeBatch()!);
                }

                log.Compact(new LogIndex(100));
            }
        }

        Assert.That(files.ListFiles(folder)[0], Is.Not.EqualTo($"{1:D20}.wal"));
    }
}
