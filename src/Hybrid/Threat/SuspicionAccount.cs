using Consensus.Engine;

namespace Consensus.Hybrid.Threat;

/// <summary>What one replica has seen of one member lately. As large at its first observation as after any number of them.</summary>
/// <remarks>
/// Of signature failures the newest <see cref="ThreatOptions.HighFrom"/> are remembered by their time: older ones could not raise the level any more. Of the others, the newest alone.
/// </remarks>
internal sealed class SuspicionAccount
{
    private static readonly int Kinds = Enum.GetValues<SuspicionKind>().Length;

    private readonly ThreatOptions _options;
    private readonly Ticks[] _failures;
    private readonly Ticks?[] _newest = new Ticks?[Kinds];
    private readonly ulong[] _totals = new ulong[Kinds];

    public SuspicionAccount(ThreatOptions options)
    {
        _options = options;
        _failures = new Ticks[options.HighFrom];
    }

    public void Note(SuspicionKind kind, Ticks now)
    {
        if (kind == SuspicionKind.SignatureFailure)
        {
            _failures[(int)(_totals[(int)kind] % (ulong)_failures.Length)] = now;
        }

        _newest[(int)kind] = now;
        _totals[(int)kind]++;
    }

    /// <summary>How many there have been of a kind since the replica started.</summary>
    public ulong TotalOf(SuspicionKind kind) => _totals[(int)kind];

    /// <summary>How many signature failures count now; no more than make the level high.</summary>
    public int CountFailures(Ticks now)
    {
        var written = Math.Min(_totals[(int)SuspicionKind.SignatureFailure], (ulong)_failures.Length);
        var count = 0;
        for (var i = 0; i < (int)written; i++)
        {
            count += Counts(_failures[i], now) ? 1 : 0;
        }

        return count;
    }

    public ThreatLevel LevelAt(Ticks now)
    {
        if (IsRecent(SuspicionKind.Tampering, now) || IsRecent(SuspicionKind.Equivocation, now))
        {
            return ThreatLevel.Critical;
        }

        var counted = _options.LevelOf(CountFailures(now));
        return counted == ThreatLevel.None && IsRecent(SuspicionKind.TimingAnomaly, now) ? ThreatLevel.Low : counted;
    }

    private bool IsRecent(SuspicionKind kind, Ticks now) => _newest[(int)kind] is { } at && Counts(at, now);

    private bool Counts(Ticks at, Ticks now) => now - at < _options.Window;
}
