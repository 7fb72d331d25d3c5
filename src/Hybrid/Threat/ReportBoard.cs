using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Hybrid.Threat;

/// <summary>
/// What the members of an epoch report about each other, and what is proven: the level that may cause a switch. Over one member it is the highest one that f + 1 others report or exceed, so at
/// least one correct member has seen it with its own eyes; or critical, by evidence that anybody can check.
/// </summary>
/// <remarks>
/// <para>However many reports come in, of each pair of members one is kept, and of each member <see cref="AccusedMember.ProofsMax"/> proofs.</para>
/// <para>Belongs to one epoch and begins empty with the next. Not thread-safe. Time never goes back: an earlier one counts as the latest known.</para>
/// </remarks>
internal sealed class ReportBoard
{
    private readonly SigningDomain _domain;
    private readonly ThreatOptions _options;
    private readonly int _weakQuorum;
    private readonly SortedDictionary<NodeId, AccusedMember> _members = [];
    private Ticks _now;

    /// <param name="domain">The cluster and the epoch.</param>
    /// <param name="members">Its members: at least four, for among fewer one word would be enough.</param>
    /// <param name="options">Valid options.</param>
    /// <exception cref="ArgumentException">An option is out of its range, or there are fewer than four members.</exception>
    public ReportBoard(SigningDomain domain, SignerSet members, ThreatOptions options)
    {
        if (options.Validate() is [var problem, ..])
        {
            throw new ArgumentException(problem, nameof(options));
        }

        if (members.FaultsMax < 1)
        {
            throw new ArgumentException($"There are {members.Count} members; allowed: at least {ByzantineQuorum.MembersMin(1)}, for among fewer the word of one would be enough.", nameof(members));
        }

        (_domain, _options, _weakQuorum) = (domain, options, members.WeakQuorum);
        foreach (var member in members.Members)
        {
            _members.Add(member.Id, new AccusedMember(member.Id));
        }
    }

    /// <summary>Whether evidence against any member has come in since the epoch began, also when it does not count any more.</summary>
    public bool HasConvicted => _members.Values.Any(member => member.IsConvicted);

    /// <summary>How many reports and proofs are kept.</summary>
    internal int Kept => _members.Values.Sum(member => member.Kept);

    /// <summary>Takes a report, also one of this replica's own.</summary>
    /// <param name="report">The report; its signature has been checked.</param>
    /// <param name="now">The time.</param>
    public ReportOutcome Report(in ThreatReport report, Ticks now)
    {
        Advance(now);
        if (report.Reporter == report.Accused)
        {
            return ReportOutcome.AboutItself;
        }

        return !_members.ContainsKey(report.Reporter) || !_members.TryGetValue(report.Accused, out var accused) ? ReportOutcome.NoMember
            : accused.TryReport(report, _now) ? ReportOutcome.Counted
            : ReportOutcome.Stale;
    }

    /// <summary>Takes evidence, from whomever it is: it proves itself.</summary>
    /// <param name="evidence">The evidence; its signatures have been checked (<see cref="EvidenceVerifier"/>).</param>
    /// <param name="now">The time.</param>
    public ReportOutcome Convict(EquivocationEvidence evidence, Ticks now)
    {
        Advance(now);
        if (evidence.Domain != _domain)
        {
            return ReportOutcome.OtherEpoch;
        }

        return !_members.TryGetValue(evidence.Signer, out var accused) ? ReportOutcome.NoMember
            : accused.TryConvict(evidence.ComputeDigest(), _now) ? ReportOutcome.Counted
            : ReportOutcome.Stale;
    }

    /// <summary>The level over the group.</summary>
    public AgreedThreat Agreed(Ticks now)
    {
        Advance(now);
        var worst = AgreedThreat.Nothing;
        foreach (var member in _members.Values)
        {
            if (member.IsProvenAt(_now, _options.Window))
            {
                return new AgreedThreat(ThreatLevel.Critical, member.Id, [], IsProven: true);
            }

            var level = member.LevelReportedBy(_weakQuorum, _now, _options.Window);
            if (level > worst.Level)
            {
                worst = new AgreedThreat(level, member.Id, [.. member.ReportersOf(level, _now, _options.Window).Order()], IsProven: false);
            }
        }

        return worst;
    }

    /// <summary>The level over each member, and how many report anything about it; in the order of their ids.</summary>
    public IEnumerable<(NodeId Member, ThreatLevel Level, int Reporters)> AgreedOverEach(Ticks now)
    {
        Advance(now);
        return _members.Values.Select(member => (
            member.Id, member.LevelAgreedBy(_weakQuorum, _now, _options.Window), member.ReportersOf(ThreatLevel.Low, _now, _options.Window).Count()));
    }

    private void Advance(Ticks now) => _now = now > _now ? now : _now;
}
