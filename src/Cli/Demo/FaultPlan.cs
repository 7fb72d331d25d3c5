namespace Consensus.Cli.Demo;

/// <summary>
/// When the demo does what to its cluster: in rounds of about fifteen seconds, a leader dies after a third of each round and a follower
/// after two thirds; each is back a sixth of the round later. Never is more than one node down.
/// </summary>
internal static class FaultPlan
{
    private static readonly TimeSpan RoundLength = TimeSpan.FromSeconds(15);

    /// <summary>The steps before one node lies: a leader dies, and is back a tenth of the demo later.</summary>
    public static IReadOnlyList<FaultStep> BeforeLies(TimeSpan duration) =>
        [new(duration * 0.1, FaultAction.KillLeader), new(duration * 0.2, FaultAction.Restart)];

    /// <summary>The steps of a demo in the order of time.</summary>
    public static IReadOnlyList<FaultStep> For(TimeSpan duration)
    {
        var rounds = Math.Max(1, (int)(duration / RoundLength));
        var length = duration / rounds;
        return
        [
            .. Enumerable.Range(0, rounds).SelectMany(round => new FaultStep[]
            {
                new((length * round) + (length * 2 / 6), FaultAction.KillLeader),
                new((length * round) + (length * 3 / 6), FaultAction.Restart),
                new((length * round) + (length * 4 / 6), FaultAction.KillFollower),
                new((length * round) + (length * 5 / 6), FaultAction.Restart),
            }),
        ];
    }
}
