using Consensus.Engine;
using Consensus.Simulation.Disk;
using Consensus.Storage.Files;
using Consensus.Storage.Reconciliation;
using Consensus.Storage.Tests.Files;
using Consensus.Storage.Tests.Snapshots;

namespace Consensus.Storage.Tests.Replica;

public sealed class ReplicaStorageTests
{
    private SimulatedDisk _disk = Disks.New();
    private Folder _folder = new(Disks.New());

    [SetUp]
    public void Create()
    {
        _disk = Disks.New();
        _folder = new Folder(_disk);
        Folder.Create(_disk);
    }

    [Test]
    public void A_new_folder_opens_empty_with_its_bootstrap_members()
    {
        Assert.That(ReplicaStorage.Exists(_disk, Folder.Directory), Is.True);
        using var storage = Folder.Open(_disk);
        Assert.That(storage.Found, Is.EqualTo(ReconciliationCase.LogAlone));
        Assert.That(storage.Recovered.Snapshot, Is.Null);
        Assert.That(storage.Recovered.Base, Is.EqualTo(LogPosition.Origin));
        Assert.That(storage.Recovered.Entries, Is.Empty);
        Assert.That(storage.Recovered.Bootstrap, Is.EqualTo(Samples.Membership));
        Assert.That(storage.Recovered.AcceptsWrites, Is.True);
    }

    [Test]
    public void A_folder_that_is_not_there_does_not_exist_and_does_not_open()
    {
        Assert.That(ReplicaStorage.Exists(_disk, "elsewhere"), Is.False);
        var thrown = Assert.Throws<ConsensusException>(() => ReplicaStorage.Open(_disk, "elsewhere", Folder.Identity, Folder.Options));
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageForeign));
        Assert.That(thrown.Message, Does.Contain("elsewhere"));
    }

    [Test]
    public void A_data_folder_is_not_created_twice()
    {
        var thrown = Assert.Throws<ConsensusException>(() => Folder.Create(_disk));
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageForeign));
    }

    [Test]
    public void A_folder_that_has_lost_its_identity_is_not_created_anew()
    {
        using (var storage = Folder.Open(_disk))
        {
            _folder.Append(storage.Log, 3);
        }

        _disk.Delete(Path.Join(Folder.Directory, IdentityFile.Name));
        var thrown = Assert.Throws<ConsensusException>(() => Folder.Create(_disk));
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageForeign));
    }

    [Test]
    public void A_folder_with_snapshots_and_nothing_else_is_not_created_anew()
    {
        var disk = Disks.New();
        disk.Put("data/snapshots/x", [1]);
        var thrown = Assert.Throws<ConsensusException>(() => Folder.Create(disk));
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageForeign));
    }

    [Test]
    public void A_folder_without_ids_is_not_created()
    {
        foreach (var identity in new[] { new ReplicaIdentity(ClusterId.None, new NodeId(1)), new ReplicaIdentity(Samples.Cluster, NodeId.None) })
        {
            var thrown = Assert.Throws<ConsensusException>(() => ReplicaStorage.Create(Disks.New(), "data", identity, Samples.Membership));
            Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.InvalidConfiguration));
        }
    }

    [Test]
    public void A_disk_without_space_is_reported_as_such()
    {
        var disk = Disks.New();
        disk.Fails = (_, _) => new DiskFullException("no space");
        var thrown = Assert.Throws<ConsensusException>(() => Folder.Create(disk));
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageFailed));
        Assert.That(thrown.Message, Does.Contain("no space"));
        disk.Fails = Disks.Succeeds;
        Folder.Create(disk);
        Folder.Open(disk).Dispose();
    }

    [Test]
    public void A_second_process_is_kept_out()
    {
        using (Folder.Open(_disk))
        {
            var thrown = Assert.Throws<ConsensusException>(() => Folder.Open(_disk));
            Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.InvalidConfiguration));
        }

        Folder.Open(_disk).Dispose();
        Assert.That(_disk.OpenFiles, Is.Zero);
    }

    [Test]
    public void Another_replicas_folder_is_refused_and_both_are_named()
    {
        var otherCluster = new ClusterId(new Guid("11111111-2222-3333-4444-555555555555"));
        foreach (var other in new[] { Folder.Identity with { Node = new NodeId(8) }, Folder.Identity with { Cluster = otherCluster } })
        {
            var thrown = Assert.Throws<ConsensusException>(() => ReplicaStorage.Open(_disk, Folder.Directory, other, Folder.Options));
            Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageForeign));
            Assert.That(thrown.Message, Does.Contain($"node {Folder.Identity.Node} of cluster {Folder.Identity.Cluster}"));
            Assert.That(thrown.Message, Does.Contain($"node {other.Node} of cluster {other.Cluster}"));
        }

        Folder.Open(_disk).Dispose();
    }

    [Test]
    public void A_log_that_was_deleted_is_noticed()
    {
        foreach (var name in _disk.Paths.Where(name => Path.GetDirectoryName(name) == Path.Join("data", "log")).ToList())
        {
            _disk.Delete(name);
        }

        var thrown = Assert.Throws<ConsensusException>(() => Folder.Open(_disk));
        Assert.That(thrown!.Reason, Is.EqualTo(ConsensusFailure.StorageCorrupt));
        Assert.That(_disk.OpenFiles, Is.Zero);
    }

    [Test]
    public void The_real_file_system_serves_as_well()
    {
        var root = Path.Join(Path.GetTempPath(), $"consensus-{Guid.NewGuid():N}");
        try
        {
            var files = new DiskFileSystem();
            var directory = Path.Join(root, "group", "node");
            ReplicaStorage.Create(files, directory, Folder.Identity, Samples.Membership, Folder.Options);
            SnapshotDescriptor saved;
            using (var storage = ReplicaStorage.Open(files, directory, Folder.Identity, Folder.Options))
            {
                _folder.Append(storage.Log, 5);
                saved = Folder.Save(storage.Snapshots, _folder.At(3));
                Assert.That(storage.Snapshots.ReadChunk(saved, 0, 1000).ToArray(), Is.EqualTo(Folder.State(3)));
                _folder.Skip(5);
                Folder.Receive(storage.Snapshots, _folder.At(10));
            }

            using var reopened = ReplicaStorage.Open(files, directory, Folder.Identity, Folder.Options);
            Assert.That(reopened.Found, Is.EqualTo(ReconciliationCase.SnapshotAhead));
            Assert.That(Samples.ReadAll(reopened.Snapshots.Open(reopened.Recovered.Snapshot!)), Is.EqualTo(Folder.State(10)));
            Assert.That(Samples.ReadAll(reopened.Snapshots.Open(saved)), Is.EqualTo(Folder.State(3)));
            Assert.Throws<ConsensusException>(() => ReplicaStorage.Open(files, directory, Folder.Identity, Folder.Options));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }
}
