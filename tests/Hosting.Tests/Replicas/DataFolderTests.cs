using Consensus.Raft;
using Consensus.Storage;
using Consensus.Storage.Files;
using Microsoft.Extensions.DependencyInjection;

namespace Consensus.Hosting.Tests;

[TestFixture]
public sealed class DataFolderTests
{
    private const int SegmentBytes = 8 * 1024 * 1024;

    [Test]
    public void The_first_segment_has_the_configured_size_as_later_ones_do()
    {
        var files = new MemoryFileSystem();

        var (storage, isNew) = Open(files, Options());
        storage.Dispose();

        var segments = files.ListFiles("data/1/log");
        Assert.That(isNew, Is.True);
        Assert.That(segments, Has.Count.EqualTo(2), "the first and the spare");
        Assert.That(segments.Select(name => LengthOf(files, $"data/1/log/{name}")), Is.All.EqualTo(SegmentBytes));
    }

    [Test]
    public void A_folder_with_another_segment_size_opens_and_goes_on_with_the_configured_one()
    {
        var files = new MemoryFileSystem();
        Open(files, Options()).Storage.Dispose();
        files.Delete("data/1/log/00000000000000000002.wal");

        var (storage, isNew) = Open(files, Options(SegmentBytes * 2));
        storage.Dispose();

        Assert.That(isNew, Is.False);
        Assert.That(LengthOf(files, "data/1/log/00000000000000000001.wal"), Is.EqualTo(SegmentBytes));
        Assert.That(LengthOf(files, "data/1/log/00000000000000000002.wal"), Is.EqualTo(SegmentBytes * 2));
    }

    [Test]
    public void A_folder_goes_on_with_its_own_algorithm_however_that_is_written()
    {
        var files = new MemoryFileSystem();
        Open(files, Options()).Storage.Dispose();

        Open(files, Options("RAFT")).Storage.Dispose();
        Assert.That(() => Open(files, Options("Auto")).Storage.Dispose(), Throws.Nothing, "which chooses raft");
        Assert.That(files.ListFiles("data/1"), Does.Contain("engine").And.None.EqualTo("engine.partial"));
    }

    [Test]
    public void Another_algorithm_is_refused_and_the_folder_stays_as_it_is()
    {
        var files = new MemoryFileSystem();
        Open(files, Options()).Storage.Dispose();

        var refusal = Assert.Throws<ConsensusException>(() => Open(files, Options("mine")));

        Assert.That(refusal.Reason, Is.EqualTo(ConsensusFailure.StorageForeign));
        Assert.That(refusal.Message, Is.EqualTo(
            "Consensus:DataDirectory is \"data/1\". Its data is of the algorithm \"raft\", and Consensus:Algorithm is \"mine\". What one algorithm has written another cannot go on with: name \"raft\", or begin a new group with new folders."));
        Assert.That(() => Open(files, Options()).Storage.Dispose(), Throws.Nothing, "neither marked anew nor left locked");
    }

    [Test]
    public void A_choice_that_has_become_another_one_is_refused()
    {
        var files = new MemoryFileSystem();
        Open(files, Options("mine")).Storage.Dispose();

        var refusal = Assert.Throws<ConsensusException>(() => Open(files, Options("Auto")));

        Assert.That(refusal.Message, Does.Contain("Its data is of the algorithm \"mine\", and Consensus:Algorithm chooses \"raft\" with the present Selection and Members."));
    }

    [Test]
    public void A_folder_that_was_made_without_a_mark_gets_that_of_its_first_start()
    {
        var files = new MemoryFileSystem();
        var options = Options("mine");
        ReplicaStorage.Create(files, options.DataDirectory, new ReplicaIdentity(options.ClusterId, options.Node), options.InitialMembership);
        using (var half = files.Create("data/1/engine.partial"))
        {
            half.Write(0, "ra"u8);
        }

        Open(files, options).Storage.Dispose();

        Assert.That(() => Open(files, Options()), Throws.TypeOf<ConsensusException>().With.Message.Contain("of the algorithm \"mine\""));
    }

    [TestCase("0123", "1")]
    [TestCase("0123 3", "3")]
    public void What_another_version_has_written_of_a_hybrid_is_refused_as_that_and_not_as_another_group(string mark, string format)
    {
        var files = new MemoryFileSystem();
        var options = Options("mine");
        Open(files, options, mark).Storage.Dispose();

        var refusal = Assert.Throws<ConsensusException>(() => Open(files, options, "4567 2"));

        Assert.That(refusal.Reason, Is.EqualTo(ConsensusFailure.StorageForeign));
        Assert.That(refusal.Message, Does.Contain($"Its epochs are written in format {format}, by an earlier or later version of this program; allowed: format 2."));
    }

    private static (ReplicaStorage Storage, bool IsNew) Open(IFileSystem files, ConsensusOptions options, string? mark = null) => DataFolder.Open(files, options, EngineDemands.OfRaft(options), mark);

    private static long LengthOf(MemoryFileSystem files, string path)
    {
        using var file = files.Open(path);
        return file.Length;
    }

    private static ConsensusOptions Options(int segmentBytes) => Options("raft", segmentBytes);

    private static ConsensusOptions Options(string algorithm = "raft", int segmentBytes = SegmentBytes)
    {
        var section = Cluster.Section(1).With("Algorithm", algorithm).With("Storage:SegmentBytes", segmentBytes);
        var services = new ServiceCollection();
        services.AddConsensus(section.ToSection()).AddEngine("mine", (_, options) => new RaftEngine(options.Raft.ToOptions()));
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<ConsensusOptions>();
    }
}
