using Consensus.Engine;

namespace Consensus.Hybrid.Threat;

/// <summary>What all members have reported about one of them, and what is proven about it. At most one report of each other member, and so many proofs.</summary>
internal sealed class AccusedMember(NodeId id)
{
    /// <summary>How many different proofs of one epoch are remembered. A member with so many is faulty beyond doubt, as long as the epoch lasts.</summary>
    public const int ProofsMax = 64;

    private readonly Dictionary<NodeId, (ThreatLevel Level, ulong Version, Ticks At)> _reports = [];
    private readonly HashSet<Digest> _proofs = [];
    private Ticks _provenAt;

    public NodeId Id => id;

    /// <summary>Whether anything was ever proven about it in this epoch.</summary>
    public bool IsConvicted => _proofs.Count > 0;

    public int Kept => _reports.Count + _proofs.Count;

    public bool TryReport(in ThreatReport report, Ticks now)
    {
        if (_reports.TryGetValue(report.Reporter, out var known) && report.Version <= known.Version)
        {
            return false;
        }

        _reports[report.Reporter] = (report.Level, report.Version, now);
        return true;
    }

    /// <summary>The same proof counts once, from when it was first seen: sent again and again it would keep the level up for ever.</summary>
    public bool TryConvict(in Digest proof, Ticks now)
    {
        if (_proofs.Count == ProofsMax || !_proofs.Add(proof))
        {
            return false;
        }

        _provenAt = now;
        return true;
    }

    public bool IsProvenAt(Ticks now, TimeSpan window) => _proofs.Count == ProofsMax || (IsConvicted && now - _provenAt < window);

    /// <summary>The agreed level: critical by proof, or what so many members report.</summary>
    public ThreatLevel LevelAgreedBy(int members, Ticks now, TimeSpan window) => IsProvenAt(now, window) ? ThreatLevel.Critical : LevelReportedBy(members, now, window);

    /// <summary>The highest level that at least so many members report, or exceed.</summary>
    public ThreatLevel LevelReportedBy(int members, Ticks now, TimeSpan window)
    {
        for (var level = ThreatLevel.Critical; level > ThreatLevel.None; level--)
        {
            if (ReportersOf(level, now, window).Count() >= members)
            {
                return level;
            }
        }

        return ThreatLevel.None;
    }

    /// <summary>Who reports at least this level now.</summary>
    public IEnumerable<NodeId> ReportersOf(ThreatLevel level, Ticks now, TimeSpan window) =>
        _reports.Where(report => report.Value.Level >= level && now - report.Value.At < window).Select(report => report.Key);
}
