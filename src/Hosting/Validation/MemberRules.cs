using Consensus.Configuration;

namespace Consensus.Hosting.Validation;

/// <summary>What makes a list of members a group.</summary>
internal static class MemberRules
{
    private const int MembersMax = 64;

    /// <summary>Where a member's settings stand.</summary>
    public static string PathOf(ConsensusOptions options, int index) =>
        options.Members[index].Path ?? $"{options.Path}:{nameof(options.Members)}:{index}";

    public static void Check(ConsensusOptions options, SettingProblems problems)
    {
        var path = $"{options.Path}:{nameof(options.Members)}";
        if (options.Members.Count is 0 or > MembersMax)
        {
            problems.Add(path, $"{path} has {options.Members.Count} members; allowed: 1 to {MembersMax}.");
            return;
        }

        CheckEach(options, problems);
        if (options.Members.All(member => member.Role != ConfiguredRole.Voter))
        {
            problems.Add(path, $"{path} has no member with the role Voter; allowed: at least one, for somebody must decide.");
        }

        var nodePath = $"{options.Path}:{nameof(options.Node)}";
        if (options.Initialize != InitializeMode.Join
            && !problems.Has(path)
            && options.Members.All(member => member.Id != options.Node && member.Id != NodeId.None))
        {
            var known = string.Join(", ", options.Members.Select(member => member.Id));
            problems.Add(
                nodePath,
                $"{nodePath} is {options.Node}; allowed: the id of one of {path} ({known}), unless {options.Path}:{nameof(options.Initialize)} is \"{InitializeMode.Join}\".");
        }
    }

    private static void CheckEach(ConsensusOptions options, SettingProblems problems)
    {
        var ids = new Dictionary<NodeId, string>();
        var addresses = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < options.Members.Count; i++)
        {
            var member = options.Members[i];
            var path = PathOf(options, i);
            if (member.Id != NodeId.None && !ids.TryAdd(member.Id, path))
            {
                problems.Add($"{path}:{nameof(member.Id)}", member.Id, $"a number that no other member has; {ids[member.Id]} has this one");
            }

            if (member.Address.Length == 0)
            {
                continue;
            }

            if (!HostPort.TryParse(member.Address, out _))
            {
                problems.Add($"{path}:{nameof(member.Address)}", member.Address, HostPort.Allowed);
            }
            else if (!addresses.TryAdd(member.Address, path))
            {
                problems.Add(
                    $"{path}:{nameof(member.Address)}", member.Address, $"an address that no other member has; {addresses[member.Address]} has this one");
            }
        }
    }
}
