using System.CommandLine;
using Consensus.Cli.Gossip;
using Consensus.Cli.Output;
using Consensus.Simulation.Swarms;

namespace Consensus.Cli.Commands;

/// <summary><c>consensus gossip</c>: what swarms do, of ten agents or a million, in simulation.</summary>
internal static class GossipCommand
{
    private const int TrialsMax = 10_000_000;

    /// <summary>Creates the command.</summary>
    public static Command Create(Terminal terminal) => new("gossip", "Simulates swarms: how news spreads, and how agents vote.")
    {
        CreateSimulate(terminal),
        CreateVote(terminal),
    };

    private static Command CreateSimulate(Terminal terminal)
    {
        var agents = Agents(SwarmOptions.AgentsMax);
        var fanout = Fanout(1);
        var mode = Named("--mode", "Which way news goes in a call: from the one who calls, to him, or both ways.", "MODE", "push-pull", [.. ModeNames.All]);
        var isHierarchical = new Option<bool>("--hierarchical") { Description = "Divide the swarm into groups whose leaders are groups again, and compare with the same swarm without: in rounds, and in time and bytes where distance costs." };
        var groupSize = CommonOptions.Number("--group-size", "With --hierarchical: how many agents, or groups, make a group.", "N", defaultValue: 100, min: 2, max: 10_000);
        var leaders = CommonOptions.Number("--leaders", "With --hierarchical: how many agents lead a group.", "N", defaultValue: 3, min: 1, max: 9_999);
        var loss = Share("--loss", "The share of calls, and of answers, that get lost.", 0, 0.99);
        var away = Share("--churn", "The share of agents that are away in any one round, others in the next.", 0, 0.99);
        var silent = Share("--byzantine", "The share of agents that take news, and tell nobody.", 0, 0.99);
        var rounds = CommonOptions.Number("--rounds", "After how many rounds a trial is given up.", "R", defaultValue: 1_000, min: 1, max: SwarmOptions.RoundsLimit);
        var seed = Seed();
        var trials = Trials();
        var processors = CommonOptions.Number("--jobs", "How many processors a trial may take; the result is the same.", "J", defaultValue: 1, min: 1, max: 256);
        processors.Aliases.Add("-j");
        var command = new Command("simulate", "News spreads from one agent to all, in rounds. The same seed gives the same result on every machine. Exit code 0: it reached all that it could in each trial; 1: not.")
        {
            agents, fanout, mode, isHierarchical, groupSize, leaders, loss, away, silent, rounds, seed, trials, processors,
        };
        command.Does(terminal, (arguments, report, cancellationToken) =>
        {
            var options = new HierarchyOptions
            {
                Swarm = new SwarmOptions
                {
                    Agents = arguments.GetRequiredValue(agents),
                    Fanout = arguments.GetRequiredValue(fanout),
                    Mode = ModeNames.Find(arguments.GetRequiredValue(mode))!.Value,
                    Loss = arguments.GetRequiredValue(loss),
                    Away = arguments.GetRequiredValue(away),
                    Silent = arguments.GetRequiredValue(silent),
                    RoundsMax = arguments.GetRequiredValue(rounds),
                    Seed = arguments.GetRequiredValue(seed),
                    Processors = arguments.GetRequiredValue(processors),
                },
                GroupSize = arguments.GetRequiredValue(groupSize),
                Leaders = arguments.GetRequiredValue(leaders),
            };
            RequireFewer("--fanout", options.Swarm.Fanout, options.Swarm.Agents, "--agents");
            if (arguments.GetValue(isHierarchical))
            {
                RequireFewer("--fanout", options.Swarm.Fanout, options.GroupSize, "--group-size");
                RequireFewer("--leaders", options.Leaders, options.GroupSize, "--group-size");
            }

            var result = new SwarmTrials(options, arguments.GetValue(isHierarchical), arguments.GetRequiredValue(trials)).Run(cancellationToken);
            report.Write(result, ToolJson.Default.SwarmResult, GossipScreen.Show);
            return Task.FromResult(result.CompletedFraction >= 1 ? ExitCode.Done : ExitCode.Failed);
        });
        return command;
    }

    private static Command CreateVote(Terminal terminal)
    {
        var agents = Agents(VoteOptions.AgentsMax);
        var votesFor = Share("--for", "The share of agents that vote for at first; of the honest ones, if they are fewer.", 0.7, 1);
        var rule = Named("--rule", "majority: agents take the majority of what they see, again and again; nobody may lie. quorum: signed votes spread, and agents decide on a quorum of them; up to a third may lie.", "RULE", "majority", ["majority", "quorum"]);
        var fanout = Fanout(5);
        var rounds = CommonOptions.Number("--rounds", "After how many rounds a vote is given up.", "R", defaultValue: 100, min: 1, max: SwarmOptions.RoundsLimit);
        var byzantine = CommonOptions.Number("--byzantine", "How many agents lie: they vote as they please, with quorums for both, to whom and when they please.", "B", defaultValue: 0, min: 0, max: VoteOptions.AgentsMax - 1);
        var committee = CommonOptions.Number("--committee", "With --rule quorum: how many agents vote for the others, drawn by lot, where there are more than 4,000.", "N", defaultValue: 1_000, min: 4, max: 4_096);
        var seed = Seed();
        var trials = Trials();
        var command = new Command("vote", "A swarm votes, in rounds. Exit code 0: no two honest agents decided differently; 1: some did.")
        {
            agents, votesFor, rule, fanout, rounds, byzantine, committee, seed, trials,
        };
        command.Does(terminal, (arguments, report, cancellationToken) =>
        {
            var options = new VoteOptions
            {
                Agents = arguments.GetRequiredValue(agents),
                For = arguments.GetRequiredValue(votesFor),
                Rule = Enum.Parse<VoteRule>(arguments.GetRequiredValue(rule), ignoreCase: true),
                Fanout = arguments.GetRequiredValue(fanout),
                RoundsMax = arguments.GetRequiredValue(rounds),
                Byzantine = arguments.GetRequiredValue(byzantine),
                CommitteeSize = arguments.GetRequiredValue(committee),
                Seed = arguments.GetRequiredValue(seed),
            };
            RequireFewer("--fanout", options.Fanout, options.Agents, "--agents");
            RequireFewer("--byzantine", options.Byzantine, options.Agents, "--agents");
            var result = new VoteTrials(options, arguments.GetRequiredValue(trials)).Run(cancellationToken);
            report.Write(result, ToolJson.Default.VoteResult, GossipScreen.Show);
            return Task.FromResult(result.ConflictingFraction == 0 ? ExitCode.Done : ExitCode.Failed);
        });
        return command;
    }

    private static void RequireFewer(string name, int value, int limit, string limitName)
    {
        if (value >= limit)
        {
            throw new UsageException($"{name} is {value}; allowed with {limitName} {limit}: less than that.");
        }
    }

    private static Option<int> Agents(int max) => new("--agents", "-n")
    {
        Description = "How many agents.",
        HelpName = "N",
        Required = true,
        CustomParser = result => NumberInput.Read(result, "--agents", min: 2, max: max),
    };

    private static Option<int> Fanout(int defaultValue) =>
        CommonOptions.Number("--fanout", "How many different others an agent calls in a round.", "F", defaultValue, min: 1, max: 100_000);

    private static Option<int> Trials() => CommonOptions.Number("--trials", "How many trials.", "T", defaultValue: 1, min: 1, max: TrialsMax);

    private static Option<ulong> Seed() => new("--seed")
    {
        Description = "What everything is drawn from.",
        HelpName = "S",
        DefaultValueFactory = _ => 1,
        CustomParser = result => NumberInput.Read(result, "--seed", ulong.MinValue, ulong.MaxValue),
    };

    private static Option<double> Share(string name, string description, double defaultValue, double max) => new(name)
    {
        Description = description,
        HelpName = "SHARE",
        DefaultValueFactory = _ => defaultValue,
        CustomParser = result => NumberInput.ReadShare(result, name, max),
    };

    private static Option<string> Named(string name, string description, string helpName, string defaultValue, string[] allowed)
    {
        var option = new Option<string>(name) { Description = description, HelpName = helpName, DefaultValueFactory = _ => defaultValue };
        option.Validators.Add(result =>
        {
            if (!allowed.Contains(result.GetValueOrDefault<string>(), StringComparer.Ordinal))
            {
                result.AddError($"{name} is '{result.GetValueOrDefault<string>()}'; allowed: {string.Join(", ", allowed)}.");
            }
        });
        return option;
    }
}
