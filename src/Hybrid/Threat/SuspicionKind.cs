namespace Consensus.Hybrid.Threat;

/// <summary>What a member may be suspected of by another one that has seen it. Each suspicion is on the account of the peer whose connection brought it.</summary>
internal enum SuspicionKind
{
    /// <summary>It sent something whose signature is not valid. Counted.</summary>
    SignatureFailure,

    /// <summary>What it sent was altered on purpose: it contradicts what the same member has shown, or what its own digest says.</summary>
    Tampering,

    /// <summary>It said two things of which a correct member says one, and that cannot be shown to others. If it can, it is evidence, which goes to <see cref="ReportBoard.Convict"/>.</summary>
    Equivocation,

    /// <summary>The times that it gives as leader are far off. This replica's own clock may be what is wrong, so it never raises the level above <see cref="ThreatLevel.Low"/>, however often.</summary>
    TimingAnomaly,
}
