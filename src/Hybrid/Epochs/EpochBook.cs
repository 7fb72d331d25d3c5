namespace Consensus.Hybrid;

/// <summary>
/// The epochs whose messages can be read: the one that runs, what agrees on its end, and the one before, of which some may still be on their way. Written by the core, read by the threads that receive and send.
/// </summary>
internal sealed class EpochBook
{
    private volatile KnownEpoch[] _pages = [];

    /// <summary>The epoch that runs; none, before the core has begun.</summary>
    public KnownEpoch? Current => _pages is [var current, ..] ? current : null;

    /// <summary>An epoch begins.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="agreement">What will agree on its end, if that is another engine.</param>
    public void Begin(KnownEpoch epoch, KnownEpoch? agreement) => _pages = [epoch, .. agreement is null ? _pages.Take(1) : _pages.Take(1).Prepend(agreement)];

    /// <summary>Finds an epoch by what its messages carry.</summary>
    public KnownEpoch? Find(in EpochTag tag)
    {
        foreach (var page in _pages)
        {
            if (page.Descriptor.Id == tag.Id)
            {
                return page;
            }
        }

        return null;
    }
}
