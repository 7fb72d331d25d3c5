using Consensus.Engine;
using Consensus.Storage.Files;

namespace Consensus.Storage.Log;

/// <summary>
/// A replica's write-ahead log in segment files. What <see cref="Persist"/> has returned for survives a crash; what it has not returned
/// for is there as a whole batch or not at all. See the README beside this file for the format and for what recovery can tell apart.
/// </summary>
/// <remarks>
/// The folder must be locked by the caller (<see cref="IFileSystem.Lock"/>). After a failed write or flush every method but
/// <see cref="Dispose"/> throws: nothing is tried again, because nothing is known about what is on the disk.
/// </remarks>
public sealed class WriteAheadLog : IWriteAheadLog
{
    private readonly LogStage _stage;
    private readonly LogWriter _writer;
    private volatile Exception? _failure;
    private bool _isDisposed;

    private WriteAheadLog(LogStage stage, LogWriter writer)
    {
        _stage = stage;
        _writer = writer;
    }

    /// <inheritdoc/>
    public Lsn LastStaged => _stage.LastStaged;

    /// <inheritdoc/>
    public bool AcceptsWrites => _writer.HasSpace;

    /// <summary>Creates an empty log. What an interrupted creation has left is replaced.</summary>
    /// <exception cref="ConsensusException">There is a log already (<see cref="ConsensusFailure.StorageForeign"/>), or an option is invalid.</exception>
    /// <exception cref="IOException">The disk is full, or the folder cannot be written to.</exception>
    public static void Create(IFileSystem files, string directory, ReplicaIdentity identity, WriteAheadLogOptions options)
    {
        options.Validate();
        var store = new SegmentStore(files, directory, identity, options);
        files.CreateDirectory(directory);
        var leftovers = SegmentScanner.ScanFolder(store, identity);
        if (leftovers.FirstOrDefault(segment => segment.Content != ContentFinding.Blank || segment.Number > 2) is { } used)
        {
            throw new ConsensusException(ConsensusFailure.StorageForeign, $"{used.Path}: there is a write-ahead log in this folder already. Open it, or choose an empty folder.");
        }

        foreach (var leftover in leftovers)
        {
            store.Delete(leftover.Number);
        }

        store.Create(1).Dispose();
    }

    /// <summary>Opens a log, decides what is found by <see cref="RecoveryTable"/>, and cuts an unfinished write off.</summary>
    /// <returns>The log, ready to be appended to, and what it says.</returns>
    /// <exception cref="ConsensusException">
    /// <see cref="ConsensusFailure.StorageCorrupt"/> or <see cref="ConsensusFailure.StorageForeign"/>: with file, offset, and what to do.
    /// <see cref="ConsensusFailure.StorageFailed"/>: the disk failed while the log was repaired.
    /// </exception>
    public static (WriteAheadLog Log, RecoveredLog Recovered) Open(
        IFileSystem files,
        string directory,
        ReplicaIdentity identity,
        WriteAheadLogOptions options)
    {
        options.Validate();
        var store = new SegmentStore(files, directory, identity, options);
        try
        {
            var (writer, recovered) = LogRecovery.Run(store, identity, options);
            return (new WriteAheadLog(new LogStage(writer.Pool, recovered), writer), recovered);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConsensusException(ConsensusFailure.StorageFailed, $"{directory}: the write-ahead log cannot be opened: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public void Stage(in LogRecord record)
    {
        ThrowIfFailed();
        _stage.Add(record);
    }

    /// <inheritdoc/>
    public ILogBatch? TakeBatch()
    {
        ThrowIfFailed();
        return _stage.Take();
    }

    /// <inheritdoc/>
    public void Persist(ILogBatch batch)
    {
        ThrowIfFailed();
        try
        {
            _writer.Write((LogBatch)batch);
        }
        catch (Exception exception) when (exception is (IOException and not LogSpaceException) or UnauthorizedAccessException)
        {
            throw Fail("a batch cannot be made durable", exception);
        }
    }

    /// <inheritdoc/>
    public void TryReclaimSpace()
    {
        ThrowIfFailed();
        try
        {
            _writer.TryReclaimSpace();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fail("the next segment cannot be prepared", exception);
        }
    }

    /// <inheritdoc/>
    public bool Compact(LogIndex index)
    {
        ThrowIfFailed();
        try
        {
            return _writer.Compact(index);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Fail("a segment cannot be deleted", exception);
        }
    }

    /// <summary>Closes the files. What was staged and not persisted is lost.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (_failure is null)
        {
            try
            {
                _writer.MarkEnd();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The mark only lets the next start tell more damage apart; all that was promised is durable without it.
                _failure = exception;
            }
        }

        _writer.Dispose();
    }

    private ConsensusException Fail(string what, Exception cause)
    {
        _failure = cause;
        return new ConsensusException(
            ConsensusFailure.StorageFailed,
            $"{_writer.ActivePath}: {what}: {cause.Message} What is on the disk is no longer known; the replica stops. Check the disk, then start it again.",
            cause);
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } cause)
        {
            throw new ConsensusException(ConsensusFailure.StorageFailed, $"The write-ahead log has failed before and accepts nothing any more: {cause.Message}", cause);
        }
    }
}
