using Consensus.Engine;
using Consensus.Storage.Files;
using Consensus.Storage.Log;
using Consensus.Storage.Tests.Files;

namespace Consensus.Storage.Tests.Log;

/// <summary>Drives a log and its model side by side, and notes when what was acknowledged.</summary>
internal sealed class LogRun : IDisposable
{
    public const string Folder = "/data/log";

    public static readonly ReplicaIdentity Identity = new(new ClusterId(new Guid("00112233-4455-6677-8899-aabbccddeeff")), new NodeId(1));

    private readonly IFileSystem _files;
    private readonly WriteAheadLogOptions _options;
    private readonly DiskHistory? _history;

    public LogRun(
        IFileSystem files,
        int segmentBytes = WriteAheadLogOptions.SegmentBytesMin,
        bool inBackground = false,
        int? reserveBytes = null,
        DiskHistory? history = null)
    {
        _files = files;
        _history = history;
        _options = OptionsWith(segmentBytes) with { PrepareInBackground = inBackground, ReserveBytes = reserveBytes };
        WriteAheadLog.Create(files, Folder, Identity, _options);
        Log = WriteAheadLog.Open(files, Folder, Identity, _options).Log;
    }

    public WriteAheadLog Log { get; private set; }

    public LogModel Model { get; private set; } = new();

    /// <summary>After how many actions of the disk, if they are remembered, which state was durable.</summary>
    public List<(int Operations, LogModel State)> Acknowledged { get; } = [];

    /// <summary>After how many of them up to which entry compaction was allowed.</summary>
    public List<(int Operations, LogIndex Index)> Compacted { get; } = [(0, LogIndex.Zero)];

    private int Operations => _history?.Count ?? 0;

    public static WriteAheadLogOptions OptionsWith(int segmentBytes)
    {
        var salt = 0x5a17_0000_0000_0000UL;
        return new WriteAheadLogOptions { SegmentBytes = segmentBytes, PrepareInBackground = false, NewSalt = () => ++salt };
    }

    public static (WriteAheadLog Log, RecoveredLog Recovered) Open(IFileSystem files, int segmentBytes = WriteAheadLogOptions.SegmentBytesMin) =>
        WriteAheadLog.Open(files, Folder, Identity, OptionsWith(segmentBytes));

    public LogRun Stage(LogRecord record)
    {
        Log.Stage(record);
        Model = Model.After(record);
        return this;
    }

    public LogRun Entry(int size = 100, ulong term = 1) => Stage(Model.NextEntry(size, term));

    public LogRun Entries(int count, int size = 100, ulong term = 1)
    {
        for (var i = 0; i < count; i++)
        {
            Entry(size, term);
        }

        return this;
    }

    public LogRun Slot(ulong slot, string value) => Stage(Model.NextSlot(slot, value));

    public LogRun Truncate(ulong first) => Stage(Model.NextTruncate(first));

    public LogRun Base(ulong index) => Stage(Model.NextBase(index));

    public LogRun Persist()
    {
        if (Log.TakeBatch() is { } batch)
        {
            Log.Persist(batch);
            Acknowledged.Add((Operations, Model));
        }

        return this;
    }

    public LogRun Compact(ulong index)
    {
        Compacted.Add((Operations, new LogIndex(index)));
        while (Log.Compact(new LogIndex(index)))
        {
            // One file after the other.
        }

        return this;
    }

    public LogRun Reopen()
    {
        Log.Dispose();
        var (log, recovered) = WriteAheadLog.Open(_files, Folder, Identity, _options);
        Log = log;
        Assert.That(Model.Difference(recovered, Compacted[^1].Index), Is.Null);
        return this;
    }

    public void Dispose() => Log.Dispose();
}
