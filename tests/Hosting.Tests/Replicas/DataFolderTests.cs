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

    private static (ReplicaStorage Storage, bool IsNew) Open(IFileSystem files, ConsensusOptions options) => DataFolder.Open(files, options, EngineDemands.OfRaft(options));

    private static long LengthOf(MemoryFileSystem files, string path)
    {
        using var file = files.Open(path);
        return file.Length;
    }

    private static ConsensusOptions Options(int segmentBytes = SegmentBytes)
    {
        var section = Cluster.Section(1).With("Storage:SegmentBytes", segmentBytes);
        var services = new ServiceCollection();
        services.AddConsensus(section.ToSection());
        using var provider = services.BuildServiceProvider();
        return provider.GetRequiredService<ConsensusOptions>();
    }
}
