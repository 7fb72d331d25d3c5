namespace Consensus.Hybrid.Threat;

/// <summary>What the policy decides, and why.</summary>
/// <param name="Verdict">What is to be done.</param>
/// <param name="Reasons">Why: one, or all that hold up a return.</param>
/// <param name="Explanation">The same in words.</param>
internal sealed record EscalationDecision(EscalationVerdict Verdict, IReadOnlyList<EscalationReason> Reasons, string Explanation);
