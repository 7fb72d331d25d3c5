using Consensus.Configuration;
using Consensus.Cryptography;

namespace Consensus.Hosting.Validation;

/// <summary>What an engine that tolerates Byzantine faults demands of the group: enough members, all of whom vote, and who are there from the beginning, or come with an epoch.</summary>
internal static class ByzantineRules
{
    public static void Check(ConsensusOptions options, SettingProblems problems)
    {
        var path = $"{options.Path}:{nameof(options.Members)}";
        var voters = options.Voters;
        var least = ByzantineQuorum.MembersMin(1);
        if (voters < least)
        {
            problems.Add(
                path,
                $"{path} has {voters} members with the role {ConfiguredRole.Voter}; allowed: at least {least}, for the algorithm \"{options.EngineName}\" {(options.IsHybrid ? $"moves to engines that tolerate one faulty member of {least}, and none of fewer" : $"tolerates one faulty member of {least}, and none of fewer")}.");
        }

        for (var i = 0; i < options.Members.Count; i++)
        {
            var role = options.Members[i].Role;
            if (role != ConfiguredRole.Voter && Enum.IsDefined(role))
            {
                problems.Add($"{MemberRules.PathOf(options, i)}:{nameof(MemberOptions.Role)}", role, $"{ConfiguredRole.Voter}, for the algorithm \"{options.EngineName}\" has no others");
            }
        }

        if (options.Initialize == InitializeMode.Join)
        {
            CheckJoin(options, path, problems);
        }
    }

    /// <summary>The identity of a hybrid's first epoch follows from the members that it began with, and so does that of each later one: who joins is told of these, and is none of them.</summary>
    private static void CheckJoin(ConsensusOptions options, string members, SettingProblems problems)
    {
        if (!options.IsHybrid)
        {
            problems.Add(
                $"{options.Path}:{nameof(options.Initialize)}",
                options.Initialize,
                $"{InitializeMode.IfMissing} or {InitializeMode.Never}, for nobody joins a group with the algorithm \"{options.EngineName}\": its members are those that it began with");
        }
        else if (options.Node != NodeId.None && options.Members.Any(member => member.Id == options.Node))
        {
            problems.Add(
                members,
                $"{members} has node {options.Node}, which joins ({nameof(options.Initialize)} is \"{InitializeMode.Join}\"); allowed: the members that the group began with, their keys included, for a hybrid's first epoch is known by them.");
        }
    }
}
