using Consensus.Engine;
using Consensus.Storage.Files;

namespace Consensus.Storage.Log;

/// <summary>
/// The segment that follows the one in use, prepared ahead: that there is one is what makes the log accept writes. If none can be
/// allocated, the rest of the segment in use is the reserve from which votes and entries in flight are served.
/// </summary>
/// <remarks>Called from the log's thread only; <see cref="HasSpace"/> from any.</remarks>
internal sealed class SpareSegment(SegmentStore store, bool inBackground) : IDisposable
{
    private Task<Segment?>? _preparation;
    private Segment? _ready;
    private volatile bool _hasSpace = true;

    /// <summary>Whether the segment is there, or is being prepared and not known to fail.</summary>
    public bool HasSpace => _hasSpace;

    /// <summary>Takes over a segment that recovery has found.</summary>
    public void Adopt(Segment spare) => _ready = spare;

    /// <summary>Prepares a segment, unless there is one, and waits for it.</summary>
    public void Ensure(ulong number)
    {
        Await();
        _ready ??= Prepare(number);
        _hasSpace = _ready is not null;
    }

    /// <summary>Begins to prepare a segment, unless there is one, or the disk is known to be full.</summary>
    public void Begin(ulong number)
    {
        if (_ready is not null || _preparation is not null || !_hasSpace)
        {
            return;
        }

        if (inBackground)
        {
            _preparation = PrepareInBackground(number);
        }
        else
        {
            _ready = Prepare(number);
        }
    }

    /// <summary>Waits until it is certain whether there is a segment: then <see cref="HasSpace"/> says so.</summary>
    public void Await()
    {
        if (_preparation is { } preparation)
        {
            _preparation = null;
            _ready = preparation.GetAwaiter().GetResult();
        }
    }

    /// <summary>Hands over the segment, waiting for it if need be.</summary>
    /// <exception cref="LogSpaceException">There is none, and still no space for one.</exception>
    public Segment Take(ulong number)
    {
        Ensure(number);
        var taken = _ready ?? throw new LogSpaceException($"{store.PathOf(number)}: there is no space for the next segment of the log.");
        _ready = null;
        return taken;
    }

    /// <summary>The disk turned out to be full elsewhere.</summary>
    public void NoteFull() => _hasSpace = false;

    public void Dispose()
    {
        try
        {
            Await();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // An unfinished spare segment holds nothing; the next start removes it.
            _hasSpace = false;
        }

        _ready?.Dispose();
        _ready = null;
    }

    // Apart, so that nothing is allocated where there is nothing to do.
    private Task<Segment?> PrepareInBackground(ulong number) => Task.Run(() => Prepare(number));

    private Segment? Prepare(ulong number)
    {
        try
        {
            return store.Create(number);
        }
        catch (DiskFullException)
        {
            _hasSpace = false;
            return null;
        }
    }
}
