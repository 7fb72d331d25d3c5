using System.Diagnostics;
using Consensus.Cryptography;
using Consensus.Gossip;
using Consensus.Simulation.Swarms;

namespace Consensus.Cli.Gossip;

/// <summary>Lets a swarm vote, several times, and sums up.</summary>
/// <param name="options">The swarm.</param>
/// <param name="trials">How often.</param>
internal sealed class VoteTrials(VoteOptions options, int trials)
{
    /// <summary>Runs them.</summary>
    public VoteResult Run(CancellationToken cancellationToken)
    {
        var runs = new List<VoteRun>(trials);
        var watch = Stopwatch.StartNew();
        for (var trial = 0; trial < trials; trial++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            runs.Add(options.Rule == VoteRule.Majority ? MajoritySwarm.Vote(options, trial) : QuorumSwarm.Vote(options, trial));
        }

        var decision = runs.GroupBy(run => run.Decision).MaxBy(group => group.Count())!.Key;
        int? voters = options.Rule == VoteRule.Majority ? null : options.Agents <= options.AllVoteMax ? options.Agents : options.CommitteeSize;
        return new VoteResult
        {
            Agents = options.Agents,
            For = options.For,
            Rule = $"{options.Rule}".ToLowerInvariant(),
            Fanout = options.Fanout,
            Byzantine = options.Byzantine,
            Seed = options.Seed,
            Trials = trials,
            Decision = decision is { } decided ? decided ? "for" : "against" : null,
            Rounds = Math.Round(runs.Average(run => run.Rounds), 3),
            RoundsP99 = runs.Select(run => run.Rounds).Order().ElementAt((int)Math.Ceiling(0.99 * trials) - 1),
            Agreement = Math.Round(runs.Average(run => run.Agreement), 4),
            Messages = Math.Round(runs.Average(run => run.Calls), 1),
            DecidedFraction = Share(run => run.HonestDecided >= 1),
            WrongFraction = Share(run => run.IsWrong),
            ConflictingFraction = Share(run => run.IsConflicting),
            TooManyLiarsFraction = Share(run => run.KnowsOfTooManyLiars),
            Quorum = voters is { } all ? ByzantineQuorum.Size(all) : null,
            Voters = voters,
            CommitteeFailureProbability = voters < options.Agents ? Committee.FailureProbability(options.Agents, options.Byzantine, options.CommitteeSize) : null,
            Undecided = decision is null ? WhyUndecided() : null,
            WallSeconds = Math.Round(watch.Elapsed.TotalSeconds / trials, 4),
        };

        double Share(Func<VoteRun, bool> holds) => Math.Round((double)runs.Count(holds) / trials, 6);

        string WhyUndecided() => options.Rule == VoteRule.Majority ? $"Fewer than {options.Decision:P0} agree after {options.RoundsMax} rounds."
            : Share(run => run.KnowsOfTooManyLiars) > 0.5 ? $"More than {ByzantineQuorum.FaultsMax(voters!.Value)} voters have signed two votes: nothing can be decided."
            : $"Neither vote has {ByzantineQuorum.Size(voters!.Value)} of {voters} voters: nothing can be decided.";
    }
}
