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

    public bool HasSpace => _hasSpace;

    /// <summary>Takes over a segment that recovery has found.</summary>
    public void Adopt(Segment spare) => _ready = spare;

    /// <summary>Prepares a segment, unless there is one, and waits for it.</summary>
    public void Ensure(ulong number)
    {
        Await();
        _ready ??= Prepare(number);
    }

    /// <summary>Begins to prepare a segment.</summary>
    public void Begin(ulong number)
    {
        if (inBackground)
        {
            _preparation = Task.Run(() => Prepare(number));
        }
        else
        {
            _ready = Prepare(number);
        }
    }

    /// <summary>Hands over the segment, waiting for it if need be.</summary>
    /// <exception cref="DiskFullException">There is none, and still no space for one.</exception>
    public Segment Take(ulong number)
    {
        Await();
        var taken = _ready ?? store.Create(number);
        _ready = null;
        return taken;
    }

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

    private void Await()
    {
        if (_preparation is { } preparation)
        {
            _preparation = null;
            _ready = preparation.GetAwaiter().GetResult();
        }
    }

    private Segment? Prepare(ulong number)
    {
        try
        {
            var prepared = store.Create(number);
            _hasSpace = true;
            return prepared;
        }
        catch (DiskFullException)
        {
            _hasSpace = false;
            return null;
        }
    }
}
