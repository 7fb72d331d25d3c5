using Consensus.Cli.Nodes;
using Consensus.Cryptography;
using Consensus.Hosting;
using Consensus.Hosting.Binding;
using Consensus.HotStuff;
using Consensus.Hybrid;

namespace Consensus.Cli.Evidence;

/// <summary>Who may sign, as the configuration of any node of the cluster says.</summary>
/// <param name="Cluster">The cluster.</param>
/// <param name="Members">The members and their keys; those of the first epoch, if it is a hybrid.</param>
/// <param name="Rule">What commits a node where HotStuff runs.</param>
/// <param name="First">The first epoch of a hybrid; nothing, if it is none.</param>
internal sealed record ConfiguredMembers(ClusterId Cluster, SignerSet Members, CommitRule Rule, EpochDescriptor? First)
{
    /// <summary>Reads the keys, HotStuff's rules, and what a hybrid began with: where the node's own files are, and whether they are in order, does not matter here.</summary>
    /// <exception cref="UsageException">The file cannot be read, or does not list the members' keys.</exception>
    public static ConfiguredMembers Read(string path)
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
            return new ConfiguredMembers(
                options.ClusterId,
                SignerSet.Create(keys),
                options.HotStuff.Rules == HotStuffRuleSet.TwoChain ? CommitRule.TwoChain : CommitRule.ThreeChain,
                options.EngineName.Equals(ConsensusOptions.HybridName, StringComparison.OrdinalIgnoreCase) ? HybridSettings.FirstEpoch(options) : null);
        }
        catch (ConsensusException exception)
        {
            throw new UsageException($"{path} does not say whose key is whose. {exception.Message}");
        }
        catch (FormatException exception)
        {
            throw new UsageException($"{path} does not say who may order another engine: Hybrid:OperatorKeys has what is no key. {exception.Message}");
        }
    }
}
