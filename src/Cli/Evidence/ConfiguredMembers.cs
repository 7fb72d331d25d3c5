using Consensus.Cli.Nodes;
using Consensus.Cryptography;
using Consensus.Hosting;
using Consensus.Hosting.Binding;
using Consensus.HotStuff;

namespace Consensus.Cli.Evidence;

/// <summary>Who may sign, as the configuration of any node of the cluster says.</summary>
internal static class ConfiguredMembers
{
    /// <summary>Reads the keys and HotStuff's rules: where the node's own files are, and whether they are in order, does not matter here.</summary>
    /// <exception cref="UsageException">The file cannot be read, or does not list the members' keys.</exception>
    public static (ClusterId Cluster, SignerSet Members, CommitRule Rule) Read(string path)
    {
        var options = new ConsensusOptions();
        ConsensusOptionsBinder.Bind(ConfigurationFile.Read(path).Settings.GetSection(ConfigurationFile.NodeSection), options);
        var keys = MemberKeys.Of(options);
        if (options.BindingProblems.Sentences.Count > 0)
        {
            throw new UsageException(string.Join(Environment.NewLine, options.BindingProblems.Sentences));
        }

        if (options.ClusterId == ClusterId.None || keys.Length == 0 || keys.Length < options.Members.Count)
        {
            throw new UsageException(
                $"{path} has the public keys of {keys.Length} of {options.Members.Count} members; allowed: a configuration with the ClusterId, and for each of Members the PublicKey, 64 hexadecimal digits.");
        }

        try
        {
            return (options.ClusterId, SignerSet.Create(keys), options.HotStuff.Rules == HotStuffRuleSet.TwoChain ? CommitRule.TwoChain : CommitRule.ThreeChain);
        }
        catch (ConsensusException exception)
        {
            throw new UsageException($"{path} does not say whose key is whose. {exception.Message}");
        }
    }
}
