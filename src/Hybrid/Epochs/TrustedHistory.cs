using System.Diagnostics.CodeAnalysis;
using Consensus.Cryptography;

namespace Consensus.Hybrid;

/// <summary>
/// The epochs of a group for somebody outside it, a client for example, who has its first epoch from somebody trusted: each later one counts when a quorum of the one before has signed what began it.
/// Safe to use from any number of threads.
/// </summary>
public sealed class TrustedHistory : ITrustedEpochs
{
    private readonly ISignatureVerifier _signatures;
    private EpochHistory _history;

    /// <summary>Begins with the first epoch.</summary>
    /// <param name="first">The first epoch, from somebody who is trusted, and not from a node.</param>
    /// <param name="signatures">What does the arithmetic; the machine's Ed25519 library, if nothing is said.</param>
    /// <exception cref="ConsensusException">The machine has no library for Ed25519.</exception>
    public TrustedHistory(EpochDescriptor first, ISignatureVerifier? signatures = null)
    {
        _history = EpochHistory.Of(first);
        _signatures = signatures ?? Ed25519.Load();
    }

    /// <summary>The epochs that are known.</summary>
    public EpochHistory History => Volatile.Read(ref _history);

    /// <inheritdoc/>
    public TrustedEpoch Newest
    {
        get
        {
            var newest = History.Newest;
            return new TrustedEpoch(newest.Domain, newest.Members);
        }
    }

    /// <inheritdoc/>
    public bool TryExtend(ReadOnlySpan<byte> text, [NotNullWhen(false)] out string? defect)
    {
        var known = History;
        if (!EpochHistoryDocument.TryParse(text, known.First, _signatures, out var told, out defect))
        {
            return false;
        }

        while (true)
        {
            defect = DefectBeside(known, told);
            if (defect is not null)
            {
                return false;
            }

            var now = Interlocked.CompareExchange(ref _history, told, known);
            if (now == known)
            {
                return true;
            }

            known = now;
        }
    }

    private static string? DefectBeside(EpochHistory known, EpochHistory told)
    {
        var last = Math.Min(known.Epochs.Length, told.Epochs.Length) - 1;
        return known.Epochs[last].Id != told.Epochs[last].Id
            ? $"Epoch {last} began twice, as {known.Epochs[last].Id} and as {told.Epochs[last].Id}: so many of the members before have signed both that the group is not to be believed any more. Known is the first."
            : told.Epochs.Length <= known.Epochs.Length ? $"It goes no further than epoch {told.Newest.Number.Value}, and epoch {known.Newest.Number.Value} is known."
            : null;
    }
}
