namespace Consensus.Hybrid.Threat;

/// <summary>When a group moves to its Byzantine engine, and when it may go back. Pure.</summary>
/// <remarks>
/// Up is fast and nothing holds it up; down is slow. Were a cap or a minimum stay to hold up an escalation, whoever uses them up first would have Raft to lie to. Each way up needs a way down before
/// it, so it is enough to hold up those.
/// </remarks>
internal static class EscalationPolicy
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>Decides.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static EscalationDecision Decide(EscalationSituation situation, EscalationOptions options)
    {
        if (options.Validate() is [var problem, ..])
        {
            throw new ArgumentException(problem, nameof(options));
        }

        return situation.IsByzantine ? DecideReturn(situation, options) : DecideEscalation(situation.Threat);
    }

    private static EscalationDecision DecideEscalation(AgreedThreat threat)
    {
        if (threat.Level < ThreatLevel.High)
        {
            return new(EscalationVerdict.Stay, [EscalationReason.LevelIsLowEnough], $"Stay: the level is {threat.Level}; from {ThreatLevel.High} on the group moves.");
        }

        var why = threat.IsProven
            ? $"node {threat.Accused} is proven faulty"
            : $"nodes {string.Join(", ", threat.Reporters)} report {threat.Level} about node {threat.Accused}, of whom at least one is correct";
        return new(EscalationVerdict.Escalate, [threat.Level == ThreatLevel.Critical ? EscalationReason.LevelIsCritical : EscalationReason.LevelIsHigh], $"Escalate: {why}.");
    }

    private static EscalationDecision DecideReturn(EscalationSituation situation, EscalationOptions options)
    {
        var held = Obstacles(situation, options).ToList();
        return held.Count == 0
            ? new(EscalationVerdict.MayReturn, [EscalationReason.Quiet], $"The group may go back: it has been quiet for {DurationText.Format(options.QuietPeriod)} and more.")
            : new(EscalationVerdict.Stay, [.. held.Select(obstacle => obstacle.Reason)], $"Stay: {string.Join("; ", held.Select(obstacle => obstacle.Words))}.");
    }

    private static IEnumerable<(EscalationReason Reason, string Words)> Obstacles(EscalationSituation situation, EscalationOptions options)
    {
        var (now, quietSince) = (situation.Now, situation.Course.QuietSince);
        if (situation.Threat.Level >= ThreatLevel.High)
        {
            yield return (EscalationReason.LevelForbidsReturn, $"the level is {situation.Threat.Level}, over node {situation.Threat.Accused}");
        }

        var stayed = now - situation.EpochBegan;
        if (stayed < options.MinimumStay)
        {
            yield return (EscalationReason.MinimumStay, $"the minimum stay of {DurationText.Format(options.MinimumStay)} lasts for another {Seconds(options.MinimumStay - stayed)}");
        }

        if (quietSince is not { } since)
        {
            yield return (EscalationReason.NotQuiet, $"it is not quiet, for the level is {situation.Threat.Level}");
        }
        else if (now - since < options.QuietPeriod)
        {
            yield return (EscalationReason.NotQuiet, $"it must be quiet for another {Seconds(options.QuietPeriod - (now - since))}");
        }

        // The return itself, and the way up that must be possible at any time after it.
        var recent = situation.Switches.Count(at => now - at < Hour);
        if (recent + 2 > options.SwitchesPerHourMax)
        {
            yield return (EscalationReason.TooManySwitches, $"there were {recent} switches within the last hour, and with this one and the next escalation there would be more than {options.SwitchesPerHourMax}");
        }

        if ((options.ApprovalRequired || situation.HasConvicted) && !IsApproved(situation))
        {
            yield return (EscalationReason.ApprovalMissing, situation.HasConvicted ? "a member was proven faulty, and an operator has to approve" : "an operator has to approve");
        }
    }

    /// <summary>An approval is of what the operator has seen: not of an earlier epoch, nor of what has happened since.</summary>
    private static bool IsApproved(EscalationSituation situation) =>
        situation.ApprovedAt is { } at && at >= situation.EpochBegan && situation.Course.QuietSince is { } quiet && at >= quiet;

    private static string Seconds(TimeSpan duration) => DurationText.Format(TimeSpan.FromSeconds(Math.Ceiling(duration.TotalSeconds)));
}
