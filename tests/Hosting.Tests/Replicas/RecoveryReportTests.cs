using Consensus.Replication.KeyValue;
using Consensus.Storage.Files;
using Consensus.Storage.Reconciliation;

namespace Consensus.Hosting.Tests;

[TestFixture]
[CancelAfter(120_000)]
public sealed class RecoveryReportTests
{
    private const int TailCut = 105;
    private const int FellBack = 106;
    private const string Segment = "data/1/log/00000000000000000001.wal";

    [Test]
    public async Task A_torn_tail_that_was_cut_off_is_said_at_the_start_and_only_then(CancellationToken cancellationToken)
    {
        var files = new MemoryFileSystem();
        await using var cluster = new Cluster();
        cluster.SetFiles(1, files);
        await PutAsync(cluster, cancellationToken);
        await cluster.StopNodeAsync(1, cancellationToken);
        Assert.That(cluster.Logged, Has.No.Member(TailCut));

        Tear(files);
        await PutAsync(cluster, cancellationToken);
        await cluster.StopNodeAsync(1, cancellationToken);
        await PutAsync(cluster, cancellationToken);

        Assert.That(cluster.Logged.Count(id => id == TailCut), Is.EqualTo(1));
        Assert.That(cluster.Logged, Has.No.Member(FellBack));
    }

    [TestCase(ReconciliationCase.FellBackToLog, FellBack)]
    [TestCase(ReconciliationCase.FellBackToOlderSnapshot, FellBack)]
    [TestCase(ReconciliationCase.SnapshotAndLog, null)]
    [TestCase(ReconciliationCase.LogAlone, null)]
    public void A_fallback_is_said(ReconciliationCase found, int? id)
    {
        var output = new TestOutput();

        RecoveryReport.Log(output, new NodeId(1), found, ["A file is damaged."], torn: null);

        Assert.That(output.Ids, Is.EqualTo(id is { } expected ? [expected] : Array.Empty<int>()));
    }

    [Test]
    public async Task A_damaged_snapshot_is_said_when_the_log_has_everything(CancellationToken cancellationToken)
    {
        var files = new MemoryFileSystem();
        await using var cluster = new Cluster();
        cluster.SetFiles(1, files);
        await PutAsync(cluster, cancellationToken, entriesBetween: 2);
        await cluster[1].UntilAsync(status => status.SnapshotIndex > LogIndex.Zero, cancellationToken);
        await cluster.StopNodeAsync(1, cancellationToken);

        foreach (var name in files.ListFiles("data/1/snapshots").Where(name => name.EndsWith(".snapshot", StringComparison.Ordinal)))
        {
            Change(files, $"data/1/snapshots/{name}", bytes => bytes[bytes.Length / 2] ^= 1);
        }

        await PutAsync(cluster, cancellationToken);

        Assert.That(cluster.Logged, Has.One.EqualTo(FellBack));
    }

    private static async Task PutAsync(Cluster cluster, CancellationToken cancellationToken, int entriesBetween = 1000)
    {
        var section = Cluster.Section(1).With("Snapshots:EntriesBetween", entriesBetween).With("Members", new System.Text.Json.Nodes.JsonArray(Settings.Member(1)));
        await cluster.StartNodeAsync(1, section, cancellationToken: cancellationToken);
        await cluster[1].LeaderAsync(cancellationToken);
        for (var number = 0; number < 5; number++)
        {
            var put = await cluster.Get<KeyValueStore>(1).PutAsync("key"u8.ToArray(), "value"u8.ToArray(), cancellationToken: cancellationToken);
            Assert.That(put.IsApplied, Is.True, $"{put}");
        }
    }

    /// <summary>Overwrites the last bytes that were written to the log, as a power failure leaves them.</summary>
    private static void Tear(MemoryFileSystem files) =>
        Change(files, Segment, bytes => bytes.AsSpan(Array.FindLastIndex(bytes, value => value != 0) - 20, 21).Clear());

    private static void Change(MemoryFileSystem files, string path, Action<byte[]> change)
    {
        using var file = files.Open(path);
        var bytes = new byte[file.Length];
        file.Read(0, bytes);
        change(bytes);
        file.Write(0, bytes);
        file.Flush();
    }
}
