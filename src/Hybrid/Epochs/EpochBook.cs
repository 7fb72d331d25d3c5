namespace Consensus.Hybrid;

/// <summary>
/// The epochs whose messages can be read: the one that runs, and the one before, of which some may still be on their way. Written by the core, read by the threads that receive and send.
/// </summary>
internal sealed class EpochBook
{
    private sealed record Pages(KnownEpoch Current, KnownEpoch? Before);

    private volatile Pages? _pages;

    /// <summary>The epoch that runs; none, before the core has begun.</summary>
    public KnownEpoch? Current => _pages?.Current;

    /// <summary>An epoch begins.</summary>
    public void Begin(KnownEpoch epoch) => _pages = new Pages(epoch, _pages?.Current);

    /// <summary>Finds an epoch by what its messages carry.</summary>
    public KnownEpoch? Find(in EpochTag tag)
    {
        var pages = _pages;
        return pages is null ? null
            : pages.Current.Descriptor.Id == tag.Id ? pages.Current
            : pages.Before?.Descriptor.Id == tag.Id ? pages.Before
            : null;
    }
}
