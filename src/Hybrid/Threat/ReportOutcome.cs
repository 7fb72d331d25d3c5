namespace Consensus.Hybrid.Threat;

/// <summary>What became of a report or a proof.</summary>
internal enum ReportOutcome
{
    /// <summary>It counts.</summary>
    Counted,

    /// <summary>It is no newer than what is known.</summary>
    Stale,

    /// <summary>Who reports, or who is accused, is no member.</summary>
    NoMember,

    /// <summary>Nobody's word about himself counts.</summary>
    AboutItself,

    /// <summary>It is of another cluster or epoch.</summary>
    OtherEpoch,
}
