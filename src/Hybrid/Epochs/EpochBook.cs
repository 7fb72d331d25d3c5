namespace Consensus.Hybrid;

/// <summary>
/// The epochs whose messages can be read: the one that runs, what agrees on its end, and the one before, of which some may still be on their way. Written by the core, read by the threads that receive and send.
/// </summary>
internal sealed class EpochBook
{
    private sealed record Pages(KnownEpoch Current, KnownEpoch? Agreement)
    {
        public KnownEpoch? Find(in EpochTag tag) => Current.Descriptor.Id == tag.Id ? Current : Agreement?.Descriptor.Id == tag.Id ? Agreement : null;
    }

    private volatile Pages[] _pages = [];

    /// <summary>The epoch that runs; none, before the core has begun.</summary>
    public KnownEpoch? Current => _pages is [var pages, ..] ? pages.Current : null;

    /// <summary>An epoch begins.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <param name="agreement">What will agree on its end, if that is another engine.</param>
    public void Begin(KnownEpoch epoch, KnownEpoch? agreement = null) => _pages = [new Pages(epoch, agreement), .. _pages.Take(1)];

    /// <summary>Finds an epoch by what its messages carry.</summary>
    public KnownEpoch? Find(in EpochTag tag)
    {
        foreach (var pages in _pages)
        {
            if (pages.Find(tag) is { } epoch)
            {
                return epoch;
            }
        }

        return null;
    }
}
