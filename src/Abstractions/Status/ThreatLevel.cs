namespace Consensus;

/// <summary>How much Byzantine behaviour has been observed lately.</summary>
public enum ThreatLevel
{
    /// <summary>None.</summary>
    None,

    /// <summary>A few failed signatures.</summary>
    Low,

    /// <summary>Several failed signatures: alert.</summary>
    Medium,

    /// <summary>Many failed signatures: move to a Byzantine engine.</summary>
    High,

    /// <summary>Tampering or equivocation: move at once.</summary>
    Critical,
}
